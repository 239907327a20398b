//! What waits for one entity, and whose turn it is.
//!
//! Operations and wishes to lock the entity are taken in the order of their arrival. While a critical section holds the
//! entity, only the operations called inside it are taken; all else waits, and goes on in its order afterwards. So
//! nobody overtakes who waits for a lock: before it come the operations that were waiting when it came, and those of
//! the sections that had come before it. An operation that was called inside a section and is still to be performed
//! when that ends, because nobody has waited for it, comes before all else, also when the queue is restored.
//!
//! A wish goes from entity to entity in the order of its set, and so does its end: an entity that is let go tells the
//! next one. As long as messages from one entity to another keep their order, an end never overtakes its wish.

use std::collections::VecDeque;

use crate::model::{Caller, EntityId, Event, LockHolder, LockRequest, Message, OperationRequest};

/// What waits for an entity; `S` is what its keeper notes beside each.
#[derive(Debug)]
pub(crate) struct EntityQueue<S> {
    locked_by: Option<LockHolder>,
    /// Operations of the section that holds the entity.
    inside: VecDeque<Waiting<S>>,
    outside: VecDeque<Waiting<S>>,
}

/// Something that waits for an entity.
#[derive(Debug, PartialEq)]
pub(crate) enum Waiting<S> {
    /// An operation to be performed.
    Operation(OperationRequest, S),
    /// A critical section that wants to hold the entity.
    Lock(LockRequest, S),
}

/// What the end of a section, or of its wish, has changed.
#[derive(Debug, PartialEq)]
pub(crate) enum Released<S> {
    /// It held the entity.
    Free,
    /// It was waiting, and does no longer.
    Withdrawn(S),
    /// It neither held the entity nor waited for it.
    Unknown,
}

impl<S> EntityQueue<S> {
    pub(crate) fn new(locked_by: Option<LockHolder>) -> Self {
        Self { locked_by, inside: VecDeque::new(), outside: VecDeque::new() }
    }

    /// The section that holds the entity.
    pub(crate) fn locked_by(&self) -> Option<&LockHolder> {
        self.locked_by.as_ref()
    }

    /// Adds what has arrived. What was called in a section that has ended meanwhile comes before all that waits, after
    /// its like.
    pub(crate) fn push(&mut self, arrived: Waiting<S>) {
        if arrived.section().is_some() && arrived.section() != self.locked_by.as_ref() {
            let left_over = self.outside.iter().take_while(|waiting| waiting.section().is_some()).count();
            self.outside.insert(left_over, arrived);
        } else {
            self.line_of(&arrived).push_back(arrived);
        }
    }

    /// Puts back what could not be done: it is the next again.
    pub(crate) fn put_back(&mut self, waiting: Waiting<S>) {
        self.line_of(&waiting).push_front(waiting);
    }

    fn line_of(&mut self, waiting: &Waiting<S>) -> &mut VecDeque<Waiting<S>> {
        let section = waiting.section();
        if section.is_some() && section == self.locked_by.as_ref() { &mut self.inside } else { &mut self.outside }
    }

    /// Takes the next operation to perform, or the wish of the section that holds the entity from here on.
    pub(crate) fn next(&mut self) -> Option<Waiting<S>> {
        if self.locked_by.is_some() {
            return self.inside.pop_front();
        }
        let next = self.outside.pop_front();
        if let Some(Waiting::Lock(request, _)) = &next {
            self.locked_by = Some(request.holder.clone());
        }
        next
    }

    /// Whether [`next`](Self::next) would give something.
    pub(crate) fn has_next(&self) -> bool {
        !if self.locked_by.is_some() { &self.inside } else { &self.outside }.is_empty()
    }

    /// Ends a section, or its wish.
    pub(crate) fn release(&mut self, holder: &LockHolder) -> Released<S> {
        if self.locked_by.as_ref() == Some(holder) {
            self.locked_by = None;
            // Called inside, they come before all that waits.
            while let Some(called) = self.inside.pop_back() {
                self.outside.push_front(called);
            }
            return Released::Free;
        }
        let wish = |waiting: &Waiting<S>| matches!(waiting, Waiting::Lock(wish, _) if wish.holder == *holder);
        match self.outside.iter().position(wish).and_then(|at| self.outside.remove(at)) {
            Some(wish) => Released::Withdrawn(wish.into_slip()),
            None => Released::Unknown,
        }
    }

    /// Takes out that for which `wanted` says so.
    pub(crate) fn take(&mut self, wanted: impl Fn(&S) -> bool) -> Vec<S> {
        let mut taken = Vec::new();
        for line in [&mut self.inside, &mut self.outside] {
            let (out, kept): (VecDeque<_>, _) = line.drain(..).partition(|waiting| wanted(waiting.slip()));
            *line = kept;
            taken.extend(out.into_iter().map(Waiting::into_slip));
        }
        taken
    }

    /// All that waits, in the order in which it is taken.
    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Waiting<S>> {
        self.inside.iter_mut().chain(&mut self.outside)
    }

    /// Whether nothing waits.
    pub(crate) fn is_empty(&self) -> bool {
        self.inside.is_empty() && self.outside.is_empty()
    }
}

impl<S> Waiting<S> {
    /// The section inside which it was called.
    fn section(&self) -> Option<&LockHolder> {
        if let Self::Operation(request, _) = self { request.section.as_deref() } else { None }
    }

    pub(crate) fn slip(&self) -> &S {
        let (Self::Operation(_, slip) | Self::Lock(_, slip)) = self;
        slip
    }

    pub(crate) fn slip_mut(&mut self) -> &mut S {
        let (Self::Operation(_, slip) | Self::Lock(_, slip)) = self;
        slip
    }

    fn into_slip(self) -> S {
        let (Self::Operation(_, slip) | Self::Lock(_, slip)) = self;
        slip
    }

    /// The message that it was.
    pub(crate) fn to_message(&self, to: &EntityId) -> Message {
        let to = to.clone();
        match self {
            Self::Operation(request, _) => Message::Operation { to, request: request.clone() },
            Self::Lock(request, _) => Message::Lock { to, request: request.clone() },
        }
    }
}

/// Where a wish goes when that entity has been locked for it: to the next of its set, or back with success.
pub(crate) fn after_lock(id: &EntityId, request: LockRequest) -> Message {
    if let Some(next) = request.set.after(id) {
        return Message::Lock { to: next.clone(), request };
    }
    let LockHolder { instance_id, key, generation, section } = request.holder;
    let caller = Caller { instance_id, generation, id: section, key: Some(key) };
    Message::answer(&caller, Event::EntityLockGranted { id: section })
}

/// Where the end of a section goes when that entity has been let go: to the next of its set.
pub(crate) fn after_release(id: &EntityId, request: LockRequest) -> Option<Message> {
    let next = request.set.after(id)?.clone();
    Some(Message::Unlock { to: next, request })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{InstanceKey, LockSet, Payload};

    fn holder(key: i64, section: u64) -> LockHolder {
        LockHolder { instance_id: "i".parse().unwrap(), key: InstanceKey(key), generation: 0, section }
    }

    fn lock(key: i64, section: u64) -> LockRequest {
        let set = LockSet::new(["@A@1", "@A@2"].map(|id| id.parse().unwrap())).unwrap();
        LockRequest { holder: holder(key, section), set }
    }

    fn operation(name: &'static str, section: Option<LockHolder>) -> OperationRequest {
        OperationRequest { section: section.map(Box::new), ..OperationRequest::signal(name.into(), Payload::null()) }
    }

    /// Takes all that can be taken, by name; a lock as `lock`.
    fn taken(queue: &mut EntityQueue<u32>) -> Vec<String> {
        let name = |waiting| match waiting {
            Waiting::Operation(request, _) => request.operation.into_owned(),
            Waiting::Lock(request, _) => format!("lock {}", request.holder.key.0),
        };
        std::iter::from_fn(|| queue.next().map(name)).collect()
    }

    #[test]
    fn a_lock_comes_after_what_waited_before_it_and_before_what_came_later() {
        let mut queue = EntityQueue::new(None);
        queue.push(Waiting::Operation(operation("before", None), 0));
        queue.push(Waiting::Lock(lock(1, 0), 1));
        queue.push(Waiting::Operation(operation("after", None), 2));
        assert_eq!(taken(&mut queue), ["before", "lock 1"]);
        assert_eq!(queue.locked_by(), Some(&holder(1, 0)));
        assert_eq!(queue.release(&holder(1, 0)), Released::Free);
        assert_eq!(taken(&mut queue), ["after"]);
    }

    #[test]
    fn only_operations_of_the_section_that_holds_the_entity_are_taken() {
        let mut queue = EntityQueue::new(Some(holder(1, 7)));
        for section in [None, Some(holder(1, 7)), Some(holder(1, 8)), Some(holder(2, 7))] {
            let name = if section == Some(holder(1, 7)) { "inside" } else { "outside" };
            queue.push(Waiting::Operation(operation(name, section), 0));
        }
        assert_eq!(taken(&mut queue), ["inside"]);
        assert!(!queue.has_next() && !queue.is_empty());
    }

    #[test]
    fn operations_called_inside_and_not_awaited_come_first_when_the_section_ends() {
        let mut queue = EntityQueue::new(Some(holder(1, 0)));
        queue.push(Waiting::Lock(lock(2, 0), 0));
        queue.push(Waiting::Operation(operation("first", Some(holder(1, 0))), 0));
        queue.push(Waiting::Operation(operation("second", Some(holder(1, 0))), 0));
        assert_eq!(queue.release(&holder(1, 0)), Released::Free);
        assert_eq!(taken(&mut queue), ["first", "second", "lock 2"]);
    }

    #[test]
    fn operations_of_a_section_that_has_ended_come_first_in_a_restored_queue() {
        let mut queue = EntityQueue::new(None);
        queue.push(Waiting::Operation(operation("outside", None), 0));
        queue.push(Waiting::Lock(lock(2, 0), 0));
        queue.push(Waiting::Operation(operation("first", Some(holder(1, 0))), 0));
        queue.push(Waiting::Operation(operation("second", Some(holder(1, 0))), 0));
        assert_eq!(taken(&mut queue), ["first", "second", "outside", "lock 2"]);
    }

    #[test]
    fn a_late_release_never_frees_a_later_section() {
        let mut queue = EntityQueue::<u32>::new(Some(holder(1, 9)));
        for other in [holder(1, 3), holder(2, 9), LockHolder { generation: 1, ..holder(1, 9) }] {
            assert_eq!(queue.release(&other), Released::Unknown);
        }
        assert_eq!(queue.locked_by(), Some(&holder(1, 9)));
    }

    #[test]
    fn a_wish_that_is_withdrawn_is_never_granted() {
        let mut queue = EntityQueue::new(Some(holder(1, 0)));
        queue.push(Waiting::Lock(lock(2, 0), 5));
        queue.push(Waiting::Lock(lock(3, 0), 6));
        assert_eq!(queue.release(&holder(2, 0)), Released::Withdrawn(5));
        assert_eq!(queue.release(&holder(1, 0)), Released::Free);
        assert_eq!(taken(&mut queue), ["lock 3"]);
    }

    #[test]
    fn wishes_and_ends_go_from_entity_to_entity_in_the_order_of_the_set() {
        let ids: [EntityId; 2] = ["@A@1", "@A@2"].map(|id| id.parse().unwrap());
        let [first, second] = &ids;
        assert_eq!(after_lock(first, lock(1, 4)), Message::Lock { to: second.clone(), request: lock(1, 4) });
        let Message::Event { to, generation, key, event } = after_lock(second, lock(1, 4)) else { panic!() };
        assert_eq!((to.as_str(), generation, key), ("i", Some(0), Some(InstanceKey(1))));
        assert_eq!(event, Event::EntityLockGranted { id: 4 });
        let told = after_release(first, lock(1, 4));
        assert_eq!(told, Some(Message::Unlock { to: second.clone(), request: lock(1, 4) }));
        assert_eq!(after_release(second, lock(1, 4)), None);
    }
}
