//! A listener with limits and an orderly end.

use std::{
    future::poll_fn,
    net::SocketAddr,
    pin::pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use axum::{Extension, Router, extract::ConnectInfo};
use hyper::{body::Incoming, server::conn::http1};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
    service::TowerToHyperService,
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
};

use crate::model::Result;

/// How many connections may be open; more wait until one is closed.
const MAX_CONNECTIONS: usize = 1_000;
/// How long requests that have begun may take at the end.
const GRACE_PERIOD: Duration = Duration::from_secs(10);
/// How long to wait when the operating system has no more connections to give.
const AFTER_A_FAILURE: Duration = Duration::from_millis(100);

/// Listens on an address; made by [`Api::bind`](super::Api::bind).
#[derive(Debug)]
#[must_use = "nobody is answered unless it runs"]
pub struct Server {
    listener: TcpListener,
    router: Router,
    header_timeout: Duration,
    address: SocketAddr,
}

impl Server {
    pub(super) async fn bind(router: Router, address: SocketAddr, header_timeout: Duration) -> Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        Ok(Self { listener, router, header_timeout, address })
    }

    /// The address, with the port that was chosen if it was 0.
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// Answers requests until `end` completes, and then those that have begun, for ten seconds at most.
    pub async fn run_until(self, end: impl Future<Output = ()>) {
        let Self { listener, router, header_timeout, .. } = self;
        let mut http = http1::Builder::new();
        http.timer(TokioTimer::new()).header_read_timeout(header_timeout);
        let (open, places) = (GracefulShutdown::new(), Arc::new(Semaphore::new(MAX_CONNECTIONS)));
        let mut end = pin!(end);
        loop {
            let mut next = pin!(accept(&listener, &places));
            let next = poll_fn(|cx: &mut Context<'_>| match end.as_mut().poll(cx) {
                Poll::Ready(()) => Poll::Ready(None),
                Poll::Pending => next.as_mut().poll(cx).map(Some),
            });
            let Some((stream, peer, place)) = next.await else { break };
            let service = router.clone().layer(Extension(ConnectInfo(peer))).into_service::<Incoming>();
            let connection = http.serve_connection(TokioIo::new(stream), TowerToHyperService::new(service));
            let connection = open.watch(connection);
            tokio::spawn(async move {
                // Callers that break off or send no HTTP are none of our concern.
                drop(connection.await);
                drop(place);
            });
        }
        drop(listener);
        drop(tokio::time::timeout(GRACE_PERIOD, open.shutdown()).await);
    }
}

async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> (TcpStream, SocketAddr, Option<OwnedSemaphorePermit>) {
    let place = Arc::clone(places).acquire_owned().await.ok();
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                // A connection that is gone already shows that when it is read.
                drop(stream.set_nodelay(true));
                return (stream, peer, place);
            }
            Err(error) => {
                tracing::warn!(%error, "no connection could be accepted");
                tokio::time::sleep(AFTER_A_FAILURE).await;
            }
        }
    }
}

/// Completes when the program is asked to end: Ctrl-C, or SIGTERM. It listens for that from the call on.
pub(crate) fn asked_to_end() -> std::io::Result<impl Future<Output = ()> + Send + 'static> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let (mut interrupted, mut terminated) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
        Ok(poll_fn(move |cx| match (interrupted.poll_recv(cx), terminated.poll_recv(cx)) {
            (Poll::Pending, Poll::Pending) => Poll::Pending,
            _ => Poll::Ready(()),
        }))
    }
    #[cfg(not(unix))]
    Ok(async { drop(tokio::signal::ctrl_c().await) })
}
