//! How many connections there are, in all and from each address. A connection holds a [`Ticket`]
//! of each kind for as long as it lives; nothing here outlives the last of them.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use axum::http::HeaderMap;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// Counts connections.
#[derive(Debug)]
pub(super) struct Visitors {
    in_all: usize,
    per_address: usize,
    counts: Mutex<Counts>,
}

#[derive(Debug, Default)]
struct Counts {
    in_all: usize,
    addresses: HashMap<IpAddr, usize>,
}

impl Visitors {
    pub(super) fn new(in_all: usize, per_address: usize) -> Arc<Self> {
        Arc::new(Self { in_all, per_address, counts: Mutex::default() })
    }

    /// One more connection; `None` when there are enough already.
    pub(super) fn admit(self: &Arc<Self>) -> Option<Ticket> {
        let mut counts = self.lock();
        (counts.in_all < self.in_all).then(|| {
            counts.in_all += 1;
            Ticket { visitors: Arc::clone(self), of: None }
        })
    }

    /// One more connection from this address; `None` when it has enough already.
    pub(super) fn admit_from(self: &Arc<Self>, address: IpAddr) -> Option<Ticket> {
        let address = network_of(address);
        let mut counts = self.lock();
        let count = counts.addresses.entry(address).or_default();
        (*count < self.per_address).then(|| {
            *count += 1;
            Ticket { visitors: Arc::clone(self), of: Some(address) }
        })
    }

    /// How many connections there are.
    pub(super) fn count(&self) -> usize {
        self.lock().in_all
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One connection, counted in all or for its address; makes room for another one when dropped.
#[derive(Debug)]
pub(super) struct Ticket {
    visitors: Arc<Visitors>,
    of: Option<IpAddr>,
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let mut counts = self.visitors.lock();
        let Some(address) = self.of else {
            counts.in_all = counts.in_all.saturating_sub(1);
            return;
        };
        let Some(count) = counts.addresses.get_mut(&address) else { return };
        *count = count.saturating_sub(1);
        if *count == 0 {
            counts.addresses.remove(&address);
        }
    }
}

/// The client's address as the proxy in front gives it: `X-Real-IP`, or what the proxy itself has
/// added to `X-Forwarded-For`, the last entry. All others there are the client's own words.
pub(super) fn told_by_proxy(headers: &HeaderMap) -> Option<IpAddr> {
    let real = headers.get("x-real-ip").and_then(|value| value.to_str().ok());
    let forwarded = headers.get_all("x-forwarded-for").iter().next_back();
    let last = forwarded.and_then(|value| value.to_str().ok()?.rsplit(',').next());
    real.or(last)?.trim().parse().ok()
}

/// Whoever has one IPv6 address has a network of 64 bits, and could come from another each time.
fn network_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(ip) => IpAddr::V6(Ipv6Addr::from_bits(ip.to_bits() & !u128::from(u64::MAX))),
        v4 => v4,
    }
}

/// A connection with what counts it.
pub(super) struct Counted {
    pub(super) stream: TcpStream,
    pub(super) _tickets: (Ticket, Option<Ticket>),
}

impl AsyncRead for Counted {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Counted {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn tickets_are_counted_and_given_back() {
        let visitors = Visitors::new(2, 1);
        let (a, b) = (visitors.admit().unwrap(), visitors.admit().unwrap());
        assert!(visitors.admit().is_none());
        drop(a);
        assert_eq!(visitors.count(), 1);
        let _third = visitors.admit().unwrap();
        drop(b);
        let first = visitors.admit_from(ip("192.0.2.1")).unwrap();
        assert!(visitors.admit_from(ip("192.0.2.1")).is_none());
        assert!(visitors.admit_from(ip("192.0.2.2")).is_some());
        drop(first);
        assert!(visitors.admit_from(ip("192.0.2.1")).is_some());
        assert!(visitors.lock().addresses.is_empty(), "addresses are forgotten");
    }

    #[test]
    fn address_is_what_its_owner_cannot_change() {
        let visitors = Visitors::new(1, 1);
        let _first = visitors.admit_from(ip("2001:db8:1:2::1")).unwrap();
        assert!(visitors.admit_from(ip("2001:db8:1:2:ffff::9")).is_none());
        assert!(visitors.admit_from(ip("2001:db8:1:3::1")).is_some());
        let _mapped = visitors.admit_from(ip("::ffff:192.0.2.1")).unwrap();
        assert!(visitors.admit_from(ip("192.0.2.1")).is_none());
    }

    #[test]
    fn proxy_is_believed_only_in_its_own_words() {
        let told = |lines: &[(&'static str, &'static str)]| {
            let mut headers = HeaderMap::new();
            for (name, value) in lines {
                headers.append(*name, value.parse().unwrap());
            }
            told_by_proxy(&headers)
        };
        assert_eq!(told(&[]), None);
        assert_eq!(told(&[("x-real-ip", "192.0.2.7")]), Some(ip("192.0.2.7")));
        assert_eq!(told(&[("x-forwarded-for", "10.0.0.1, 192.0.2.7")]), Some(ip("192.0.2.7")));
        let forged = [("x-forwarded-for", "10.0.0.1"), ("x-forwarded-for", "2001:db8::1")];
        assert_eq!(told(&forged), Some(ip("2001:db8::1")));
        assert_eq!(told(&[("x-forwarded-for", "192.0.2.7, nonsense")]), None);
    }
}
