//! Whether callers' numbers are dialled in a row, up or down, in the order in which they call.
//!
//! Extensions of one company's exchange are close together as well, but come in no order: each step up is made good by
//! one down.

/// Two numbers this close are sequential,
const SEQUENTIAL: u64 = 10;
/// and this close certainly; extensions of a small exchange seldom are. Others count half,
const TIGHT: u64 = 3;
/// unless there are this many steps, which chance does not line up.
const MANY_STEPS: u32 = 7;
/// A number this far from the last says nothing of the order: it is another caller's in between.
const ASIDE: u64 = 100;

/// Steps from one number to the next.
#[derive(Clone, Copy, Debug, Default)]
pub struct Row {
    /// The last number of the row, and of what came in between; 0 where there is none.
    last: u64,
    aside: u64,
    /// Steps up and down between sequential numbers, and those of them that are tight.
    ups: u32,
    downs: u32,
    tight: u32,
    /// How far all steps lead, and how long they are.
    led: i64,
    way: u64,
    /// Lowest and highest number between which sequential steps go.
    between: Option<(u64, u64)>,
}

impl Row {
    /// A row without a step that goes on from this one.
    #[must_use]
    pub fn next(&self) -> Self {
        Self { last: self.last, ..Self::default() }
    }

    /// Takes note of the next number: it goes on with the row, or else lies aside. Of numbers that are `tied` in time
    /// with the last nobody knows which came first.
    pub fn step(&mut self, number: u64, tied: bool) {
        if number == self.last {
            return;
        }
        let goes_on = |other: u64| other != 0 && number.abs_diff(other) <= ASIDE;
        if !goes_on(self.last) && goes_on(self.aside) {
            std::mem::swap(&mut self.last, &mut self.aside);
        }
        if goes_on(self.last) {
            self.count(number, tied);
        } else if self.last != 0 {
            self.aside = number;
            return;
        }
        self.last = number;
    }

    /// Of tied numbers only a tight step tells, and it goes the way of the others.
    fn count(&mut self, number: u64, tied: bool) {
        let step = number.abs_diff(self.last);
        let up = if tied { self.ups >= self.downs } else { number > self.last };
        let close = step <= if tied { TIGHT } else { SEQUENTIAL };
        self.way = self.way.saturating_add(step);
        if tied && !close {
            return;
        }
        self.led = self.led.saturating_add(if up { step.cast_signed() } else { -step.cast_signed() });
        if close {
            self.ups += u32::from(up);
            self.downs += u32::from(!up);
            self.tight += u32::from(step <= TIGHT);
            let (low, high) = (number.min(self.last), number.max(self.last));
            self.between = union(self.between, Some((low, high)));
        }
    }

    /// The steps of this row and of the one after it.
    #[must_use]
    pub fn and(&self, later: &Self) -> Self {
        Self {
            ups: self.ups + later.ups,
            downs: self.downs + later.downs,
            tight: self.tight + later.tight,
            led: self.led.saturating_abs().saturating_add(later.led.saturating_abs()),
            way: self.way.saturating_add(later.way),
            between: union(self.between, later.between),
            ..*later
        }
    }

    /// Numbers that are sequential with the one before or after them.
    #[must_use]
    pub fn numbers(&self) -> u32 {
        let steps = self.ups + self.downs;
        if steps == 0 { 0 } else { steps + 1 }
    }

    /// How far the numbers go one way, 0 to 1: how many deviations the steps up and down are from being as many of
    /// either, from 1 (0) to 2 (1), times the part of their way that all steps get ahead.
    #[must_use]
    pub fn one_way(&self) -> f32 {
        let steps = (self.ups + self.downs) as f32;
        if steps == 0.0 || self.way == 0 {
            return 0.0;
        }
        let lean = (self.ups.abs_diff(self.downs) as f32 / steps.sqrt() - 1.0).clamp(0.0, 1.0);
        let many = self.ups + self.downs >= MANY_STEPS;
        let weight = if many { 1.0 } else { (steps + self.tight as f32) / (2.0 * steps) };
        weight * lean * self.led.unsigned_abs() as f32 / self.way as f32
    }

    /// Whether a number lies near the row.
    #[must_use]
    pub fn is_near(&self, number: u64) -> bool {
        let near = |(low, high): (u64, u64)| (low.saturating_sub(ASIDE)..=high + ASIDE).contains(&number);
        self.between.is_some_and(near)
    }
}

fn union(one: Option<(u64, u64)>, other: Option<(u64, u64)>) -> Option<(u64, u64)> {
    match (one, other) {
        (Some(one), Some(other)) => Some((one.0.min(other.0), one.1.max(other.1))),
        (one, other) => one.or(other),
    }
}

#[cfg(test)]
mod tests {
    use super::Row;

    fn row(numbers: impl IntoIterator<Item = u64>) -> Row {
        let mut row = Row::default();
        numbers.into_iter().for_each(|number| row.step(919_820_010_000 + number, false));
        row
    }

    #[test]
    fn numbers_up_or_down_go_one_way() {
        assert_eq!((row(0..5).numbers(), row(0..5).one_way()), (5, 1.0));
        assert_eq!(row((0..5).rev().map(|n| n * 3)).one_way(), 1.0);
        assert_eq!(row((0..8).map(|n| n * 10)).one_way(), 1.0);
    }

    #[test]
    fn a_caller_in_between_does_not_break_the_row() {
        let mixed = row([0, 5_000, 1, 2, 7_000, 3, 6_000, 4]);
        assert_eq!((mixed.numbers(), mixed.one_way()), (5, 1.0));
        assert!(mixed.is_near(919_820_010_050));
        assert!(!mixed.is_near(919_820_015_000));
    }

    #[test]
    fn a_row_goes_on_from_the_stretch_before_and_a_repeated_number_is_no_step() {
        let mut later = row(0..5).next();
        later.step(919_820_010_004, false);
        assert_eq!((later.numbers(), later.one_way()), (0, 0.0));
        later.step(919_820_010_005, false);
        assert_eq!((row(0..5).and(&later).numbers(), row(0..5).and(&later).one_way()), (6, 1.0));
    }

    #[test]
    fn extensions_in_no_order_do_not() {
        assert!(row([17, 4, 29, 11, 2, 23, 8, 14, 27, 5, 20, 1]).one_way() < 0.1);
        assert!(row([27, 23, 16, 5, 3]).one_way() < 0.7);
    }

    #[test]
    fn of_numbers_at_one_instant_only_tight_ones_tell() {
        let mut tied = Row::default();
        [3, 1, 2, 5, 4].into_iter().for_each(|number| tied.step(number, true));
        assert_eq!((tied.numbers(), tied.one_way()), (5, 1.0));
        let mut sorted = Row::default();
        [2, 8, 14, 20, 27].into_iter().for_each(|number| sorted.step(number, true));
        assert_eq!((sorted.numbers(), sorted.one_way()), (0, 0.0));
    }
}
