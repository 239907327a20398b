//! What the program that compares is asked for.

use crate::{
    Result,
    contestant::{Contestant, Framework},
    job::Job,
    workload::Workload,
};

/// What to run.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// How much more, or less, than usual.
    pub size: f64,
    /// How often; the medians are shown.
    pub runs: usize,
    /// Only workloads whose name begins so.
    pub only: String,
    /// Only this framework, beside ours.
    pub framework: Option<Framework>,
}

impl Settings {
    /// Reads `--size FACTOR --runs N --only WORKLOAD --framework NAME`.
    ///
    /// # Errors
    ///
    /// An argument is not known, or its value is not a number or a name.
    pub fn from_arguments(mut arguments: impl Iterator<Item = String>) -> Result<Self> {
        let mut settings = Self { size: 1.0, runs: 3, only: String::new(), framework: None };
        while let Some(name) = arguments.next() {
            let value = arguments.next().ok_or_else(|| format!("{name} needs a value"))?;
            match name.as_str() {
                "--size" => settings.size = value.parse()?,
                "--runs" => settings.runs = value.parse::<usize>()?.max(1),
                "--only" => settings.only = value,
                "--framework" => settings.framework = Some(Framework::from_name(&value)?),
                _ => {
                    let known = "--size FACTOR, --runs N, --only WORKLOAD, --framework NAME";
                    return Err(format!("`{name}` is not known: {known}").into());
                }
            }
        }
        if !settings.workloads().any(|_| true) {
            let names = Workload::ALL.map(Workload::name).join("`, `");
            return Err(format!("there is no workload `{}`: `{names}`", settings.only).into());
        }
        Ok(settings)
    }

    /// What is measured.
    pub fn workloads(&self) -> impl Iterator<Item = Workload> {
        Workload::ALL.into_iter().filter(|workload| workload.name().starts_with(&self.only))
    }

    /// Who takes part: always ours, since the others are compared with it.
    pub fn contestants(&self) -> impl Iterator<Item = Contestant> {
        let wanted = |framework| self.framework.is_none_or(|only| only == framework);
        Contestant::ALL
            .into_iter()
            .filter(move |contestant| contestant.framework == Framework::Durable || wanted(contestant.framework))
    }

    /// One run; nothing if the contestant can't do that.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "sizes are small positive numbers")]
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
    pub fn job(&self, workload: Workload, contestant: Contestant) -> Option<Job> {
        let instances = contestant.instances(workload)? as f64 * self.size;
        Some(Job { workload, instances: instances.round().max(1.0) as u64, synchronous: contestant.synchronous })
    }
}

#[cfg(test)]
mod tests {
    use super::Settings;
    use crate::{
        contestant::{Contestant, Framework, Synchronous},
        workload::Workload,
    };

    fn settings(arguments: &[&str]) -> crate::Result<Settings> {
        Settings::from_arguments(arguments.iter().map(ToString::to_string))
    }

    #[test]
    fn everything_is_measured_three_times_unless_said_otherwise() {
        let settings = settings(&[]).unwrap();
        assert_eq!((settings.workloads().count(), settings.contestants().count(), settings.runs), (8, 6, 3));
    }

    #[test]
    fn one_framework_is_compared_with_ours() {
        let settings = settings(&["--framework", "duroxide", "--only", "hello"]).unwrap();
        let names: Vec<String> = settings.contestants().map(|contestant| contestant.to_string()).collect();
        assert_eq!(names, ["durable FULL", "durable STRICT", "duroxide FULL", "duroxide NORMAL"]);
        assert_eq!(settings.workloads().collect::<Vec<_>>(), [Workload::HelloInFlight, Workload::HelloAlone]);
    }

    #[test]
    fn a_smaller_size_still_runs_one_instance() {
        let settings = settings(&["--size", "0.01"]).unwrap();
        let contestant = |framework| Contestant { framework, synchronous: Synchronous::Full };
        let instances = |framework| settings.job(Workload::FanOut, contestant(framework)).map(|job| job.instances);
        assert_eq!((instances(Framework::Durable), instances(Framework::Duroxide)), (Some(1), Some(1)));
        assert!(settings.job(Workload::Transfers, contestant(Framework::Duroxide)).is_none());
    }

    #[test]
    fn what_is_not_known_is_refused() {
        for arguments in [["--speed", "9"], ["--only", "nothing"], ["--framework", "other"], ["--runs", "many"]] {
            assert!(settings(&arguments).is_err(), "{arguments:?}");
        }
        assert!(settings(&["--runs"]).is_err());
    }
}
