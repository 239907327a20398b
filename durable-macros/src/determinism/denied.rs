//! Net 1: the names that no orchestrator may call, why, and what to write instead.
//!
//! The list follows the analyzers of Durable Functions and the checkers and sandboxes of Temporal, in Rust's names. An
//! associated function keeps its last name through every alias of its type, so some are refused by that name alone.

/// Why a name is refused.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Refusal {
    /// What it does: a verb and its object.
    pub(crate) does: &'static str,
    /// Why a replay would differ.
    pub(crate) so: &'static str,
    pub(crate) instead: Instead,
}

/// What to write instead, where `ctx` stands for the user's context.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Instead {
    /// Something that only a context gives: the code, and what it is.
    Context(&'static str, &'static str),
    /// Anything else.
    Other(&'static str),
}

const NOW: Instead = Instead::Context("ctx.now()", "the recorded time of the orchestration");
const ACTIVITY: Instead = Instead::Other("move it into an `#[activity]`, and await `ctx.call(..)`");
const DRAW: Instead = Instead::Context("ctx.rng()", "whose numbers a replay repeats, or `ctx.random()`");
const WORK: Instead = Instead::Other("put the work into an `#[activity]`, or start an orchestration: `ctx.start(..)`");

pub(crate) const CLOCK: Refusal =
    Refusal { does: "reads the clock of the machine", so: "a replay would see another time", instead: NOW };
const SYSTEM_CLOCK: Refusal = Refusal {
    instead: Instead::Context("SystemTime::from(ctx.now())", "the recorded time of the orchestration"),
    ..CLOCK
};
const CHRONO_CLOCK: Refusal = Refusal {
    instead: Instead::Context(
        "DateTime::from_timestamp_micros(ctx.now().as_micros())",
        "the recorded time of the orchestration",
    ),
    ..CLOCK
};
const ZONE: Refusal = Refusal {
    does: "asks for the time zone of the machine",
    so: "a replay may run in another one",
    instead: Instead::Other("pass the time zone in the argument of the orchestration"),
};
const ID: Refusal = Refusal {
    does: "generates a random or time-based id",
    so: "a replay would get another one",
    instead: Instead::Context("ctx.new_uuid()", "a UUID that a replay repeats"),
};
pub(crate) const RANDOM: Refusal =
    Refusal { does: "draws random numbers", so: "a replay would draw others", instead: DRAW };
const GENERATOR: Refusal = Refusal {
    does: "seeds a random generator",
    so: "a replay would draw other numbers",
    instead: Instead::Context(
        "StdRng::seed_from_u64(ctx.rng().next_u64())",
        "or `ctx.rng()` itself: a replay repeats their numbers",
    ),
};
const HASHER: Refusal = Refusal {
    does: "picks random hash keys",
    so: "a replay would pick others",
    instead: Instead::Other("use `DefaultHasher::new()`, or a `BTreeMap`"),
};
pub(crate) const IO: Refusal =
    Refusal { does: "is I/O", so: "a replay would repeat the effect, and may see another result", instead: ACTIVITY };
const HTTP: Refusal = Refusal {
    instead: Instead::Context(
        "ctx.call_http(request)",
        "with the feature `http-client` of `durable`, or move it into an `#[activity]`",
    ),
    ..IO
};
pub(crate) const OUTPUT: Refusal = Refusal {
    does: "writes to the terminal",
    so: "a replay would write it again",
    instead: Instead::Other("use `tracing::info!(..)`, which is silent while replaying, or print in an `#[activity]`"),
};
const MACHINE: Refusal =
    Refusal { does: "depends on the machine", so: "a replay may run on another one", instead: ACTIVITY };
const PROCESS: Refusal =
    Refusal { does: "depends on the process", so: "a replay runs in another one", instead: ACTIVITY };
const EXIT: Refusal = Refusal {
    does: "ends the process",
    so: "a replay would end it again",
    instead: Instead::Other("return an error: it ends the orchestration"),
};
const ENVIRONMENT: Refusal = Refusal {
    does: "reads the environment of the process",
    so: "a replay may find another one",
    instead: Instead::Other("pass it in the argument of the orchestration, or read it in an `#[activity]`"),
};
const SLEEP: Refusal = Refusal {
    does: "waits on a timer that is not recorded",
    so: "a replay would wait again, and a restart forgets it",
    instead: Instead::Context("ctx.timer(duration)", "a durable timer to await"),
};
const TIMEOUT: Refusal = Refusal {
    instead: Instead::Context(
        "durable::timeout(ctx.timer(duration), future)",
        "or the method `timeout` of calls and events",
    ),
    ..SLEEP
};
const YIELDS: Refusal = Refusal {
    does: "hands over to a runtime",
    so: "that is not in the history",
    instead: Instead::Other("leave it out"),
};
pub(crate) const BLOCKS: Refusal = Refusal {
    does: "blocks the thread that runs all orchestrations",
    so: "what it waits for is not in the history",
    instead: Instead::Other("`.await` the future instead"),
};
const PARKS: Refusal = Refusal { instead: Instead::Context("ctx.timer(duration).await", "a durable timer"), ..BLOCKS };
pub(crate) const SPAWN: Refusal =
    Refusal { does: "runs code that the history does not know of", so: "a replay would run it again", instead: WORK };
const PARALLEL: Refusal = Refusal {
    does: "runs on other threads",
    so: "their order is not in the history",
    instead: Instead::Other("use a plain iterator, or put the work into an `#[activity]`"),
};
const THREAD: Refusal = Refusal {
    does: "looks at the thread",
    so: "a replay runs on another one",
    instead: Instead::Context("ctx.instance_id()", "to tell instances apart"),
};
const EXECUTOR: Refusal = Refusal {
    does: "starts or uses another executor",
    so: "what runs on it is not in the history",
    instead: Instead::Other("await several futures with `durable::join_all`, or put the work into an `#[activity]`"),
};
const UNORDERED: Refusal = Refusal {
    does: "polls in an order that is not in the history",
    so: "a replay may see another one",
    instead: Instead::Other("use `durable::join_all`, `durable::select_all` or `durable::race`"),
};
const CHANNEL: Refusal = Refusal {
    does: "makes a channel",
    so: "what goes through it is not in the history",
    instead: Instead::Other(
        "use a `VecDeque` for a queue of your own, or `ctx.event::<T>(name)` for what comes from outside",
    ),
};
pub(crate) const ADDRESS: Refusal = Refusal {
    does: "exposes an address",
    so: "it differs in every process",
    instead: Instead::Other("use an index or a key"),
};
pub(crate) const GLOBAL: Refusal = Refusal {
    does: "is shared mutable state",
    so: "a replay may see another value",
    instead: Instead::Other("use a local variable, an argument, or an `#[entity]`"),
};
const BACKTRACE: Refusal = Refusal {
    does: "looks at the stack of the process",
    so: "a replay has another one",
    instead: Instead::Other("leave it out, or log with `tracing`"),
};

/// Crates that read clocks.
const CLOCKS: &[&str] = &["quanta", "coarsetime", "minstant", "fastant", "web_time", "cpu_time"];
/// Crates that make ids.
const IDS: &[&str] =
    &["nanoid", "cuid", "cuid2", "ksuid", "svix_ksuid", "xid", "scru128", "uuid7", "sonyflake", "snowflake", "mti"];
/// Crates that draw random numbers.
const RANDOMS: &[&str] = &["getrandom", "oorandom", "rand_os", "rdrand", "thread_rng"];
/// Runtimes.
const RUNTIMES: &[&str] = &["tokio", "async_std", "smol", "monoio", "glommio", "compio", "actix_rt", "async_executor"];
/// Crates of timers.
const TIMERS: &[&str] = &["futures_timer", "gloo_timers", "async_io", "tokio_timer", "wasm_timer", "async_timer"];
/// Crates of threads and tasks.
const THREADS: &[&str] =
    &["rayon", "threadpool", "scoped_threadpool", "async_global_executor", "blocking", "rusty_pool"];
/// Crates of channels and shared state.
const CHANNELS: &[&str] = &[
    "crossbeam_channel",
    "flume",
    "async_channel",
    "kanal",
    "tokio_stream",
    "async_broadcast",
    "postage",
    "crossbeam",
];
/// Crates that look at the machine.
const MACHINES: &[&str] = &[
    "num_cpus",
    "hostname",
    "gethostname",
    "whoami",
    "sysinfo",
    "sys_info",
    "num_threads",
    "dirs",
    "directories",
    "home",
    "sys_locale",
    "iana_time_zone",
    "local_ip_address",
    "mac_address",
    "machine_uid",
    "os_info",
    "libc",
    "nix",
    "rustix",
    "winapi",
    "windows_sys",
    "libloading",
    "caps",
    "procfs",
    "uname",
    "users",
    "if_addrs",
];
/// Crates that read the environment.
const ENVIRONMENTS: &[&str] = &["dotenv", "dotenvy", "envy", "dotenvy_macro"];
/// Crates that call services over HTTP.
const HTTP_CLIENTS: &[&str] = &["reqwest", "ureq", "isahc", "surf", "curl", "awc", "attohttpc", "minreq"];
/// Crates of files, networks and databases.
const IO_CRATES: &[&str] = &[
    "hyper",
    "hyper_util",
    "tonic",
    "tungstenite",
    "tokio_tungstenite",
    "async_tungstenite",
    "quinn",
    "h2",
    "sqlx",
    "diesel",
    "diesel_async",
    "sea_orm",
    "tokio_postgres",
    "postgres",
    "deadpool_postgres",
    "rusqlite",
    "mysql",
    "mysql_async",
    "mongodb",
    "redis",
    "fred",
    "rdkafka",
    "lapin",
    "async_nats",
    "nats",
    "rumqttc",
    "tiberius",
    "scylla",
    "clickhouse",
    "elasticsearch",
    "ldap3",
    "object_store",
    "opendal",
    "lettre",
    "aws_config",
    "ssh2",
    "suppaftp",
    "trust_dns_resolver",
    "hickory_resolver",
    "tempfile",
    "glob",
    "walkdir",
    "ignore",
    "notify",
    "memmap2",
    "fs_err",
    "fs_extra",
    "async_fs",
    "rocksdb",
    "sled",
    "heed",
    "redb",
    "octocrab",
    "stripe",
    "twilio",
    "slack_morphism",
    "teloxide",
    "postgrest",
    "influxdb2",
    "memcache",
];
const IO_PREFIXES: &[&str] = &["aws_sdk_", "azure_", "google_cloud_", "gcp_", "rusoto_"];
/// Functions that poll futures in an order of their own.
const COMBINATORS: &[&str] = &["join_all", "try_join_all", "select", "select_all", "select_ok", "try_select"];
/// Types of such crates that are plain data.
const DATA: &[&str] = &[
    "StatusCode",
    "Method",
    "Url",
    "Version",
    "HeaderName",
    "HeaderValue",
    "HeaderMap",
    "Uri",
    "Duration",
    "Value",
    "Error",
    "ErrorKind",
];

/// Why a path is refused, if it is. `arguments` is their number, or nothing where the path is used as a value.
pub(crate) fn denied(path: &[String], arguments: Option<usize>) -> Option<Refusal> {
    let path: Vec<&str> = path
        .iter()
        .map(|segment| if matches!(segment.as_str(), "core" | "alloc") { "std" } else { segment.as_str() })
        .collect();
    let (&last, before) = path.split_last()?;
    by_last_name(before, last, arguments)
        .or_else(|| by_type(before.last()?, last))
        .or_else(|| by_crate(&path, last, before.last().copied().unwrap_or_default()))
}

/// What an alias of the type can't hide.
fn by_last_name(before: &[&str], last: &str, arguments: Option<usize>) -> Option<Refusal> {
    if matches!(last, "OsRng" | "SysRng" | "ThreadRng" | "SystemRandom") || before.last() == Some(&"ThreadRng") {
        return Some(GENERATOR);
    }
    if before.is_empty() {
        return None;
    }
    match last {
        "now" | "now_utc" | "now_local" | "today" | "today_utc" if arguments.unwrap_or_default() == 0 => {
            Some(match before.last() {
                Some(&"SystemTime") => SYSTEM_CLOCK,
                Some(&"Utc" | &"Local") => CHRONO_CLOCK,
                _ => CLOCK,
            })
        }
        "now_in" | "now_with_offset" | "now_in_tz" => Some(CLOCK),
        "current_local_offset" | "local_offset_at" | "current_offset" => Some(ZONE),
        "new_v4" | "new_v1" | "new_v6" | "new_v7" | "now_v1" | "now_v6" | "now_v7" => Some(ID),
        "from_entropy" | "from_os_rng" | "try_from_os_rng" | "thread_rng" => Some(GENERATOR),
        _ => None,
    }
}

/// What the name of the type gives away.
fn by_type(ty: &str, last: &str) -> Option<Refusal> {
    match (ty, last) {
        ("Ulid", "new" | "generate") | ("ObjectId" | "Ksuid" | "KsuidMs" | "Tsid" | "Snowflake", "new") => Some(ID),
        ("RandomState", "new" | "default") => Some(HASHER),
        ("File", "open" | "create" | "options" | "create_new" | "open_buffered" | "create_buffered")
        | ("OpenOptions" | "DirBuilder" | "Command", "new")
        | (
            "TcpStream" | "TcpListener" | "TcpSocket" | "UdpSocket" | "UnixStream" | "UnixListener" | "UnixDatagram",
            "connect" | "bind" | "unbound" | "pair" | "connect_timeout" | "new_v4" | "new_v6",
        ) => Some(IO),
        ("Runtime", "new")
        | ("Handle", "current" | "try_current")
        | ("Builder", "new_multi_thread" | "new_current_thread") => Some(EXECUTOR),
        ("JoinSet" | "FuturesUnordered" | "FuturesOrdered" | "LocalSet" | "TaskTracker", "new") => Some(UNORDERED),
        ("Rc" | "Arc" | "Weak", "as_ptr" | "into_raw") | ("Box", "into_raw" | "leak_ptr") => Some(ADDRESS),
        ("Backtrace", "capture" | "force_capture") => Some(BACKTRACE),
        ("TimeZone", "system" | "try_system") => Some(ZONE),
        ("Timer", "after" | "interval") => Some(SLEEP),
        _ => None,
    }
}

fn by_crate(path: &[&str], last: &str, ty: &str) -> Option<Refusal> {
    let head = *path.first()?;
    let function = last.starts_with(|c: char| c.is_lowercase() || c == '_');
    // `StatusCode::OK`, `Method::GET`
    let is_data = DATA.contains(&ty) || !function && !path.contains(&"process");
    match head {
        "std" => by_std(path, last, function),
        "chrono" if last == "Local" => Some(ZONE),
        "rand" if rand_draws(ty, last) => Some(RANDOM),
        "fastrand" if ty == "Rng" && matches!(last, "new" | "default") => Some(GENERATOR),
        "fastrand" if !matches!(last, "with_seed" | "Rng") => Some(RANDOM),
        "rand" if matches!(last, "rng" | "make_rng") && path.len() > 1 => Some(GENERATOR),
        "futures" | "futures_util" | "futures_executor" if path.contains(&"executor") || head == "futures_executor" => {
            Some(Refusal { instead: BLOCKS.instead, ..EXECUTOR })
        }
        "futures" | "futures_util" if COMBINATORS.contains(&last) => Some(UNORDERED),
        "futures" | "futures_util" if path.contains(&"channel") && function => Some(CHANNEL),
        "futures_channel" if function => Some(CHANNEL),
        "parking_lot" | "async_lock" | "event_listener" | "once_cell" | "lazy_static" => None,
        _ if path.len() < 2 || is_data => None,
        _ if CLOCKS.contains(&head) => Some(CLOCK),
        _ if IDS.contains(&head) => Some(ID),
        _ if RANDOMS.contains(&head) => Some(RANDOM),
        _ if RUNTIMES.contains(&head) => Some(by_runtime(path, last)),
        _ if TIMERS.contains(&head) => Some(SLEEP),
        _ if THREADS.contains(&head) => Some(PARALLEL),
        _ if CHANNELS.contains(&head) => Some(CHANNEL),
        _ if MACHINES.contains(&head) => Some(MACHINE),
        _ if ENVIRONMENTS.contains(&head) => Some(ENVIRONMENT),
        _ if HTTP_CLIENTS.contains(&head) => Some(HTTP),
        _ if IO_CRATES.contains(&head) || IO_PREFIXES.iter().any(|prefix| head.starts_with(prefix)) => Some(IO),
        _ => None,
    }
}

/// A generator with a given seed repeats itself; all else of `rand` that makes numbers does not.
fn rand_draws(ty: &str, last: &str) -> bool {
    let free = matches!(last, "random" | "random_range" | "random_bool" | "random_iter" | "random_ratio" | "fill");
    free && matches!(ty, "rand" | "rngs" | "prelude" | "")
}

fn by_runtime(path: &[&str], last: &str) -> Refusal {
    match last {
        "sleep" | "sleep_until" | "interval" | "interval_at" => SLEEP,
        "timeout" | "timeout_at" => TIMEOUT,
        "yield_now" => YIELDS,
        "spawn" | "spawn_local" | "spawn_blocking" | "block_in_place" | "unblock" => SPAWN,
        "block_on" => BLOCKS,
        _ if path.iter().any(|segment| matches!(*segment, "fs" | "net" | "process" | "io" | "signal")) => IO,
        _ if path.iter().any(|segment| matches!(*segment, "mpsc" | "oneshot" | "broadcast" | "watch" | "channel")) => {
            CHANNEL
        }
        _ => EXECUTOR,
    }
}

fn by_std(path: &[&str], last: &str, function: bool) -> Option<Refusal> {
    let module = *path.get(1)?;
    match module {
        "fs" | "os" if function => Some(IO),
        "env" if function && !matches!(last, "join_paths" | "split_paths" | "consts") => Some(ENVIRONMENT),
        "process" if matches!(last, "exit" | "abort") => Some(EXIT),
        "process" if last == "id" => Some(PROCESS),
        "process" if path.contains(&"Command") => Some(IO),
        "thread" => match last {
            "sleep" | "sleep_ms" | "sleep_until" | "park" | "park_timeout" => Some(PARKS),
            "panicking" => None,
            "current" | "available_parallelism" => Some(THREAD),
            "yield_now" => Some(YIELDS),
            _ if function || path.contains(&"Builder") => Some(SPAWN),
            _ => None,
        },
        "io" if matches!(last, "stdout" | "stderr" | "_print") => Some(OUTPUT),
        "io" if matches!(last, "stdin" | "pipe" | "last_os_error") => Some(IO),
        "sync" if path.contains(&"mpsc") && function => Some(CHANNEL),
        "ptr" if matches!(last, "addr_of" | "addr_of_mut" | "from_ref" | "from_mut" | "hash" | "fn_addr_eq") => {
            Some(ADDRESS)
        }
        "backtrace" if function => Some(BACKTRACE),
        "panic" if matches!(last, "set_hook" | "take_hook") => Some(PROCESS),
        _ => None,
    }
}

/// Why a method is refused by its name, if no type of the crate has a method of that name.
pub(crate) fn denied_method(name: &str, arguments: usize) -> Option<Refusal> {
    match name {
        "block_on" | "blocking_recv" | "recv_blocking" | "blocking_send" | "blocking_lock" | "send_blocking"
        | "blocking_read" | "blocking_write" => Some(BLOCKS),
        "par_iter" | "par_iter_mut" | "into_par_iter" | "par_bridge" | "par_chunks" | "par_sort"
        | "par_sort_unstable" => Some(PARALLEL),
        "spawn_blocking" | "spawn_local" => Some(SPAWN),
        "to_socket_addrs" => Some(IO),
        "as_ptr" | "as_mut_ptr" | "expose_provenance" if arguments == 0 => Some(ADDRESS),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(path: &str, arguments: Option<usize>) -> Option<&'static str> {
        let path: Vec<_> = path.split("::").map(str::to_owned).collect();
        denied(&path, arguments).map(|refusal| refusal.does)
    }

    #[track_caller]
    fn check(paths: &str, expected: Option<&str>) {
        for path in paths.split_whitespace() {
            let (path, arguments) = match path.strip_suffix("()") {
                Some(path) => (path, Some(0)),
                None => (path.trim_end_matches("(_)"), path.ends_with("(_)").then_some(1)),
            };
            assert_eq!(verdict(path, arguments), expected, "{path}");
        }
    }

    #[test]
    fn clocks_are_refused_by_their_last_name() {
        check(
            "std::time::SystemTime::now() Instant::now() chrono::Utc::now X::now() OffsetDateTime::now_utc() \
             jiff::Zoned::now() quanta::Clock::new() Local::today()",
            Some(CLOCK.does),
        );
        check("Clock::now(_) now() std::time::Duration::from_secs(_) SystemTime::UNIX_EPOCH", None);
    }

    #[test]
    fn random_numbers_need_a_seed() {
        check("rand::random() fastrand::u64(_) getrandom::fill(_)", Some(RANDOM.does));
        check("rand::rng() rand::rngs::OsRng StdRng::from_os_rng() fastrand::Rng::new()", Some(GENERATOR.does));
        check("rand::rngs::StdRng::seed_from_u64(_) fastrand::Rng::with_seed(_) rand::distr::Uniform::new(_)", None);
        check("Uuid::new_v4() uuid::Uuid::now_v7() Ulid::new() nanoid::nanoid(_)", Some(ID.does));
        check("Uuid::new_v5(_) Uuid::nil() Ulid::from_parts(_) Uuid::parse_str(_)", None);
    }

    #[test]
    fn io_is_refused_and_plain_data_is_not() {
        check(
            "std::fs::read(_) tokio::fs::read(_) reqwest::get(_) std::io::stdin() File::open(_) aws_sdk_s3::Client::new(_) sqlx::query(_)",
            Some(IO.does),
        );
        check(
            "std::net::Ipv4Addr::new(_) reqwest::StatusCode::OK reqwest::Url::parse(_) std::io::Error::other(_) \
             std::io::ErrorKind::NotFound std::process::ExitCode::SUCCESS tokio::time::Duration::from_secs(_)",
            None,
        );
    }

    #[test]
    fn tasks_threads_and_channels_are_refused() {
        check("tokio::spawn(_) std::thread::spawn(_) tokio::task::spawn_blocking(_)", Some(SPAWN.does));
        check("rayon::join(_)", Some(PARALLEL.does));
        check("std::thread::sleep(_) tokio::runtime::Handle::block_on(_)", Some(BLOCKS.does));
        check("futures::executor::block_on(_) tokio::runtime::Runtime::new()", Some(EXECUTOR.does));
        check(
            "std::sync::mpsc::channel() tokio::sync::oneshot::channel() futures::channel::mpsc::unbounded()",
            Some(CHANNEL.does),
        );
        check("std::thread::panicking() std::sync::Mutex::new(_) std::sync::Arc::clone(_)", None);
    }

    #[test]
    fn the_environment_is_refused_but_not_its_constants() {
        check("std::env::var(_) std::env::args() dotenvy::dotenv()", Some(ENVIRONMENT.does));
        check("std::env::consts::OS std::env::VarError::NotPresent", None);
    }
}
