//! Makes a plan that fails smaller, as long as it still fails.

use super::program::{Child, Inner, Plan, Program, Step, Verb};

/// The smallest plan that was found, and what fails in it.
pub fn shrink(plan: Plan, what: String, fails: impl Fn(&Plan) -> Option<String>) -> (Plan, String) {
    let (mut plan, mut what) = (plan, what);
    let mut at = 0;
    // Each cut is tried in turn; after one that helps, the next has its number.
    for _ in 0..2_000 {
        let mut smaller = plan.clone();
        if !cut(&mut smaller, at) {
            break;
        }
        match fails(&smaller) {
            Some(still) => (plan, what) = (smaller, still),
            None => at += 1,
        }
    }
    (plan, what)
}

/// Makes the n-th of all possible cuts; `false` if there are not so many.
fn cut(plan: &mut Plan, n: usize) -> bool {
    let mut left = n;
    if left < plan.commands.len() {
        plan.commands.remove(left);
        return true;
    }
    left -= plan.commands.len();
    plan.commands.iter_mut().any(|command| match &mut command.verb {
        Verb::Start { program, .. } => cut_program(program, &mut left),
        _ => false,
    })
}

fn cut_program(program: &mut Program, left: &mut usize) -> bool {
    if program.generations > 0 {
        if *left == 0 {
            program.generations -= 1;
            return true;
        }
        *left -= 1;
    }
    cut_steps(&mut program.steps, left)
}

fn cut_steps(steps: &mut Vec<Step>, left: &mut usize) -> bool {
    cut_list(steps, left) || steps.iter_mut().any(|step| cut_step(step, left))
}

fn cut_list<T>(list: &mut Vec<T>, left: &mut usize) -> bool {
    if *left < list.len() {
        list.remove(*left);
        return true;
    }
    *left -= list.len();
    false
}

fn cut_step(step: &mut Step, left: &mut usize) -> bool {
    match step {
        Step::Child(Child { program, .. }) | Step::Start { program, .. } => cut_program(program, left),
        Step::Section(locking) => {
            let steps: &mut Vec<Inner> = &mut locking.steps;
            cut_list(steps, left)
        }
        Step::Sequence(steps) | Step::All(steps) | Step::TryAll(steps) => cut_steps(steps, left),
        // One of none never comes.
        Step::First(steps) => steps.iter_mut().any(|step| cut_step(step, left)),
        Step::Race(a, b) => cut_step(a, left) || cut_step(b, left),
        Step::Within(_, inner) | Step::Caught(inner) | Step::Dropped(inner) => {
            if *left == 0 {
                let inner = Step::clone(inner);
                *step = inner;
                return true;
            }
            *left -= 1;
            cut_step(inner, left)
        }
        _ => false,
    }
}
