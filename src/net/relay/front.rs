//! The front door: accepts connections, and answers one HTTP request each: a room, `/health`,
//! `/metrics`, or a reason why not. It must never wait for a client longer than the limits say.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::extract::{Path, State, WebSocketUpgrade};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, Request, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Router};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, oneshot};
use tokio::time::{Instant, sleep, timeout};
use tracing::{info, warn};

use super::House;
use super::limits::{MAX_MESSAGE, Refusal};
use super::mesh;
use super::visitors::{Counted, Ticket, told_by_proxy};
use crate::net::address::is_room_name;

/// After a failed accept (usually: no file descriptor is left) wait before trying again.
const PAUSE: Duration = Duration::from_millis(200);
/// A request's head may be so long, in bytes, with so many headers.
const MAX_HEAD: usize = 8 * 1024;
const MAX_HEADERS: usize = 64;
/// The buffers of a websocket. Most messages are below 2 KiB; longer ones take several turns.
const READ_BUFFER: usize = 4 * 1024;
const WRITE_BUFFER: usize = 4 * 1024;
/// How many of those that are turned away are told why at a time; the others are just cut off.
const MAX_TURNED_AWAY: usize = 64;
const TURNED_AWAY_LIMIT: Duration = Duration::from_secs(1);
/// How often the log says how things are.
const REPORT_EVERY: Duration = Duration::from_secs(60);

/// Serves until it is told to stop, or until whoever could tell is gone; then takes leave of all
/// peers, and ends when they are gone or have had the time for it.
pub(super) async fn serve(
    listener: std::net::TcpListener,
    house: Arc<House>,
    stopped: oneshot::Receiver<()>,
) {
    let listener = match TcpListener::from_std(listener) {
        Ok(listener) => listener,
        Err(error) => {
            warn!("the relay cannot listen: {error}");
            return;
        }
    };
    let mut work = pin!(async {
        tokio::join!(accept(listener, Arc::clone(&house)), report(&house));
    });
    tokio::select! {
        () = &mut work => return,
        _ = stopped => {}
    }
    let (rooms, peers) = house.rooms.count();
    info!(rooms, peers, "relay is closing");
    house.close();
    // Meanwhile /health still answers, and says so.
    tokio::select! {
        () = &mut work => {}
        () = house.closing.closed() => {}
        () = sleep(house.limits.farewell) => {}
    }
    info!(left = house.rooms.count().1, "relay is closed");
}

/// What a request's connection is known by.
#[derive(Clone)]
struct Visit {
    accepted: Instant,
    address: IpAddr,
}

async fn accept(listener: TcpListener, house: Arc<House>) {
    let router = Router::new()
        .route("/health", get(health))
        .route("/metrics", get(metrics))
        .route("/{room}", get(enter))
        .with_state(Arc::clone(&house));
    let service = TowerToHyperService::new(router);
    let turned_away = Arc::new(Semaphore::new(MAX_TURNED_AWAY));
    loop {
        let (stream, from) = match listener.accept().await {
            Ok(accepted) => accepted,
            Err(_) => {
                sleep(PAUSE).await;
                continue;
            }
        };
        match tickets(&house, from) {
            Ok(tickets) => {
                // Small messages leave at once, and do not wait for the answer to an earlier one.
                let _ = stream.set_nodelay(true);
                let io = Counted { stream, _tickets: tickets };
                let visit = Visit { accepted: Instant::now(), address: from.ip() };
                tokio::spawn(answer(io, visit, service.clone(), Arc::clone(&house)));
            }
            Err(refusal) => {
                house.metrics.refused(refusal);
                if let Ok(permit) = Arc::clone(&turned_away).try_acquire_owned() {
                    tokio::spawn(async move {
                        let _ = timeout(TURNED_AWAY_LIMIT, turn_away(stream, refusal)).await;
                        drop(permit);
                    });
                }
            }
        }
    }
}

/// Behind a proxy all connections have the proxy's address: who it is is known with the request.
fn tickets(house: &House, from: SocketAddr) -> Result<(Ticket, Option<Ticket>), Refusal> {
    let ticket = house.visitors.admit().ok_or(Refusal::NoConnectionLeft)?;
    if house.limits.trust_proxy {
        return Ok((ticket, None));
    }
    let own = house.visitors.admit_from(from.ip()).ok_or(Refusal::AddressFull)?;
    Ok((ticket, Some(own)))
}

/// Answers the requests of one connection, until it is a websocket or the time for it is over.
async fn answer(
    io: Counted,
    visit: Visit,
    service: TowerToHyperService<Router>,
    house: Arc<House>,
) {
    let answered = Arc::new(AtomicBool::new(false));
    let asked = Arc::clone(&answered);
    let service = service_fn(move |mut request: Request<Incoming>| {
        asked.store(true, Ordering::Relaxed);
        request.extensions_mut().insert(visit.clone());
        service.call(request)
    });
    let connection = http1::Builder::new()
        .max_buf_size(MAX_HEAD)
        .max_headers(MAX_HEADERS)
        .serve_connection(TokioIo::new(io), service)
        .with_upgrades();
    let ended = timeout(house.limits.handshake, connection).await;
    if ended.is_err() && !answered.load(Ordering::Relaxed) {
        house.metrics.refused(Refusal::TooSlow);
    }
}

/// Tells somebody who is one too many why, without reading what he wants.
async fn turn_away(mut stream: TcpStream, refusal: Refusal) -> io::Result<()> {
    let (status, reason) = (refusal.status(), refusal.sentence());
    let length = reason.len();
    let answer = format!(
        "HTTP/1.1 {status}\r\ncontent-type: text/plain\r\ncontent-length: {length}\r\n\
         connection: close\r\n\r\n{reason}"
    );
    stream.write_all(answer.as_bytes()).await?;
    stream.shutdown().await?;
    // Closing with the request unread could take the answer back.
    stream.take(MAX_HEAD as u64).read_to_end(&mut Vec::new()).await?;
    Ok(())
}

async fn enter(
    State(house): State<Arc<House>>,
    Path(room): Path<String>,
    Extension(visit): Extension<Visit>,
    headers: HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Response {
    let refuse = |refusal: Refusal| {
        house.metrics.refused(refusal);
        (refusal.status(), refusal.sentence()).into_response()
    };
    if !is_room_name(&room) {
        return refuse(Refusal::BadRoom);
    }
    let mut ticket = None;
    if house.limits.trust_proxy {
        let address = told_by_proxy(&headers).unwrap_or(visit.address);
        ticket = house.visitors.admit_from(address);
        if ticket.is_none() {
            return refuse(Refusal::AddressFull);
        }
    }
    let place = match house.rooms.reserve(&room) {
        Ok(place) => place,
        Err(refusal) => return refuse(refusal),
    };
    let house = Arc::clone(&house);
    upgrade
        .max_message_size(MAX_MESSAGE)
        .max_frame_size(MAX_MESSAGE)
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(WRITE_BUFFER)
        .on_upgrade(move |socket| async move {
            mesh::serve(socket, house, place, visit.accepted).await;
            drop(ticket);
        })
}

async fn health(State(house): State<Arc<House>>) -> Response {
    if *house.closing.borrow() {
        return (StatusCode::SERVICE_UNAVAILABLE, "closing\n").into_response();
    }
    "ok\n".into_response()
}

async fn metrics(State(house): State<Arc<House>>) -> Response {
    let (rooms, peers) = house.rooms.count();
    match house.metrics.text(rooms, peers, house.visitors.count()) {
        Ok((kind, text)) => ([(CONTENT_TYPE, kind)], text).into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

/// Says in the log how things are, whenever somebody has come or was refused.
async fn report(house: &House) {
    let mut before = (0, 0);
    loop {
        sleep(REPORT_EVERY).await;
        let totals = house.metrics.totals();
        if totals == before {
            continue;
        }
        let (rooms, peers) = house.rooms.count();
        let (joins, refusals) = (totals.0 - before.0, totals.1 - before.1);
        info!(rooms, peers, joins, refusals, "the last minute");
        before = totals;
    }
}
