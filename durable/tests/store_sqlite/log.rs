//! The log beside the database, and who reads meanwhile.

use super::*;

#[test]
fn the_log_stays_short_over_many_commits() {
    let directory = Directory::new();
    let (mut store, _) = open(SqliteStore::new(directory.path()).durability(Durability::Relaxed));
    let catalog = store.catalog();
    let log = directory.0.path().join("hub.db-wal");
    let raised: Vec<_> = (0..10).map(|_| Event::EventRaised { name: "go".into(), input: text(30_000) }).collect();
    let (mut longest, mut written) = (0, 0);
    for key in 1..=600 {
        let batch =
            Batch { created: vec![record(key)], segments: vec![segment(key, 0, raised.clone())], ..Batch::default() };
        store.commit(&batch).unwrap();
        written += 300_000;
        if key % 10 == 0 {
            catalog
                .instances(&InstanceFilter::default(), &Page { after: None, limit: 100, oldest_first: false })
                .unwrap();
            longest = fs::metadata(&log).unwrap().len().max(longest);
        }
    }
    assert!(written > 170_000_000);
    assert!(longest < 64 * 1024 * 1024, "{longest}");
    store.close().unwrap();
    assert_eq!(fs::metadata(&log).map_or(0, |log| log.len()), 0);
}

#[test]
fn the_log_stays_short_although_somebody_always_reads() {
    let directory = Directory::new();
    let (mut store, _) = open(SqliteStore::new(directory.path()).durability(Durability::Relaxed));
    let log = directory.0.path().join("hub.db-wal");
    let (catalog, done) = (store.catalog(), AtomicBool::new(false));
    let raised: Vec<_> = (0..10).map(|_| Event::EventRaised { name: "go".into(), input: text(30_000) }).collect();
    let longest = std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    catalog
                        .instances(&InstanceFilter::default(), &Page { after: None, limit: 1_000, oldest_first: false })
                        .unwrap();
                }
            });
        }
        let mut longest = 0;
        for key in 1..=600 {
            let segments = vec![segment(key, 0, raised.clone())];
            store.commit(&Batch { created: vec![record(key)], segments, ..Batch::default() }).unwrap();
            longest = fs::metadata(&log).unwrap().len().max(longest);
        }
        done.store(true, Ordering::Relaxed);
        longest
    });
    assert!(longest < 64 * 1024 * 1024, "{longest}");
}

#[test]
fn another_process_reads_while_the_store_is_open_and_after_it_is_closed() {
    let directory = Directory::new();
    let (mut store, _) = directory.store();
    store.commit(&hello(1)).unwrap();
    let catalog = SqliteCatalog::open_read_only(directory.path()).unwrap();
    let count = || {
        catalog
            .instances(&InstanceFilter::default(), &Page { after: None, limit: 9, oldest_first: false })
            .unwrap()
            .len()
    };
    assert_eq!(count(), 1);
    store.commit(&hello(2)).unwrap();
    assert_eq!(count(), 2);
    store.close().unwrap();
    assert_eq!(count(), 2);
    let (mut store, _) = directory.store();
    store.commit(&hello(3)).unwrap();
    assert_eq!(count(), 3);
    assert_eq!(catalog.entities(&EntityFilter::default(), None, 9).unwrap().len(), 1);
}
