//! Removing instances that have ended.

use super::{Client, Command};
use crate::model::{Error, Event, FailureKind, InstanceId, Result};

impl Client {
    /// Removes an instance that has ended, with its history.
    ///
    /// # Errors
    ///
    /// The instance has not ended or does not exist.
    pub async fn purge(&self, id: &InstanceId) -> Result<()> {
        let id = id.clone();
        self.send(|reply| Command::Purge { id, reply }).await
    }

    /// Removes an instance that has ended, and the children of its current generation that have ended, and theirs; gives
    /// the number of instances that were removed.
    ///
    /// Children go first: after a failure in between it can be done once more.
    ///
    /// # Errors
    ///
    /// The instance has not ended or does not exist, or the store can't be read or written.
    pub async fn purge_all(&self, id: &InstanceId) -> Result<u64> {
        let status = self.status(id).await?;
        let status =
            status.ok_or_else(|| Error::of_kind(FailureKind::NotFound, format!("there is no instance `{id}`")))?;
        if !status.status.is_terminal() {
            let message = format!("`{id}` has not ended; terminate it before purging it");
            return Err(Error::of_kind(FailureKind::InvalidState, message));
        }
        let mut descendants = Vec::new();
        let mut next = self.ended_children(id).await?;
        while let Some(child) = next.pop() {
            next.extend(self.ended_children(&child).await?);
            descendants.push(child);
        }
        let mut count = 0;
        for id in descendants.iter().rev() {
            match self.purge(id).await {
                Ok(()) => count += 1,
                // Somebody else was faster, or has used the id again.
                Err(error) if matches!(error.kind(), FailureKind::NotFound | FailureKind::InvalidState) => {}
                Err(error) => return Err(error),
            }
        }
        self.purge(id).await?;
        Ok(count + 1)
    }

    async fn ended_children(&self, parent: &InstanceId) -> Result<Vec<InstanceId>> {
        let mut children = Vec::new();
        for event in self.history(parent).await?.unwrap_or_default().into_iter().flat_map(|segment| segment.events) {
            let Event::SubOrchestrationInstanceCreated(child) = event else { continue };
            let Some(status) = self.status(&child.instance_id).await? else { continue };
            let is_own = status.parent.is_some_and(|link| link.instance_id == parent.as_str());
            if is_own && status.status.is_terminal() {
                children.push(child.instance_id);
            }
        }
        Ok(children)
    }
}
