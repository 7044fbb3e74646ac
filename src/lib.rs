//! TankWarz: a top-down tank game that friends play peer to peer, with rollback.
