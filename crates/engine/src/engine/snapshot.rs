//! What the score rests on, kept over a restart: who called before, and what calls usually show.
//!
//! Windows, open alerts and statistics of calls are not kept: they fill again from the stream within minutes. What was
//! learnt is written down part by part, so that whoever holds the engine for it lets go of it in between; each part is
//! as it was at its own instant.

use super::Engine;
use crate::baseline::Baselines;
use crate::callers::Callers;
use crate::habits::Habits;
use crate::numbers::Number;
use crate::ranges::Ranges;
use crate::snapshot::{Fault, Reader, Writer};
use crate::texts::TextKey;
use crate::ways::Ways;

/// Buckets of a table that are written at a time, a quarter of a megabyte at most.
const BUCKETS: usize = 4_096;

/// A part of what is learnt; in the file they stand in the order in which [`Engine::memory_parts`] names them.
#[derive(Clone, Copy, Debug)]
pub enum Part {
    /// Under which key texts were hashed, what the windows were, since when calls come.
    Head,
    /// Callers, from this bucket on.
    Callers(usize),
    /// Trunks of callers.
    Trunks,
    /// Baselines of B-numbers, from this bucket on.
    Baselines(usize),
    /// Bursts of true callers, as it seems so far, that have not ended.
    Bursts,
    /// Ranges of numbers.
    Ranges,
    /// Source addresses that are ways in.
    Ways,
    /// The sample of all calls.
    AllCalls,
    /// The sample of a trunk's calls.
    CallsOf(u32),
    /// The end of the samples.
    End,
}

impl Engine {
    /// What has to be written for the engine to be kept whole.
    #[must_use]
    pub fn memory_parts(&self) -> Vec<Part> {
        let callers = (0..self.callers.buckets()).step_by(BUCKETS).map(Part::Callers);
        let baselines = (0..self.baselines.buckets()).step_by(BUCKETS).map(Part::Baselines);
        let mut parts = vec![Part::Head];
        parts.extend(callers);
        parts.push(Part::Trunks);
        parts.extend(baselines);
        parts.extend([Part::Bursts, Part::Ranges, Part::Ways, Part::AllCalls]);
        parts.extend(self.habits.trunks().map(Part::CallsOf));
        parts.push(Part::End);
        parts
    }

    /// Writes one part as it is now.
    pub fn write_part(&self, part: Part, to: &mut Writer) {
        let buckets = |first: usize, all: usize| first..(first + BUCKETS).min(all);
        match part {
            Part::Head => self.write_head(to),
            Part::Callers(first) => self.callers.write_buckets(buckets(first, self.callers.buckets()), to),
            Part::Trunks => self.callers.write_trunks(to),
            Part::Baselines(first) => {
                self.baselines.write_buckets(buckets(first, self.baselines.buckets()), to)
            }
            Part::Bursts => self.write_bursts(to),
            Part::Ranges => self.ranges.write(to),
            Part::Ways => self.ways.write(to),
            Part::AllCalls => self.habits.write_all(to),
            Part::CallsOf(trunk) => self.habits.write_trunk(trunk, to),
            Part::End => self.habits.write_end(to),
        }
    }

    fn write_head(&self, to: &mut Writer) {
        to.put(self.intake.names().secret());
        to.put(self.intake.names().probe());
        to.put(self.config.window);
        to.put(self.config.threshold);
        to.put(self.first_call);
    }

    /// A restart ends what is under way, so that this is the last that can be learnt of it.
    fn write_bursts(&self, to: &mut Writer) {
        let open = self.attacked.iter().filter_map(|&place| self.busy[place as usize].as_ref());
        let bursts = open.filter_map(|busy| {
            let attack =
                busy.attack.as_ref().filter(|attack| attack.highest_score() < self.config.suspect)?;
            let peak = busy.window.highs().iter().map(|high| high.peak).fold(attack.peak, u32::max);
            Some((self.keys.get(busy.key).b, peak, attack.last_seen_at))
        });
        let bursts: Vec<_> = bursts.collect();
        to.put(bursts.len() as u32);
        for (b, callers, at) in bursts {
            to.put(b.to_bits());
            to.put(callers);
            to.put(at);
        }
    }

    /// Takes over what an earlier engine has learnt. Baselines are left out where the window or the threshold was
    /// another: they count callers of just such windows.
    ///
    /// # Errors
    ///
    /// A file that can't be used; then the engine is as it was. An engine that has judged calls or has entries on its
    /// lists, since these are kept under its own key.
    pub fn restore(&mut self, file: &[u8]) -> Result<(), Fault> {
        if self.stream != i64::MIN || !self.lists.is_empty() {
            let detail = "an engine takes over what another has learnt before it gets lists and calls";
            return Err(Fault::new("memory_late", detail));
        }
        let mut from = Reader::open(file)?;
        let names = TextKey::new(from.take()?);
        if from.take::<u64>()? != names.probe() {
            let detail = "the release that wrote it hashed names in another way";
            return Err(Fault::new("memory_version", detail));
        }
        let same_windows =
            (from.take::<i64>()?, from.take::<u32>()?) == (self.config.window, self.config.threshold);
        let first_call = from.take()?;
        let mut callers = Callers::new(self.config.callers());
        callers.read(&mut from)?;
        let mut baselines = Baselines::new(self.config.baselines(), self.config.window);
        baselines.read(&mut from)?;
        for _ in 0..from.take::<u32>()? {
            baselines.note_burst(Number::from_bits(from.take()?), from.take()?, from.take()?);
        }
        let (ranges, ways) = (Ranges::read(&mut from)?, Ways::read(&mut from)?);
        let habits = Habits::read(&mut from)?;
        from.end()?;
        self.intake.use_names(names);
        self.first_call = first_call;
        if same_windows {
            self.baselines = baselines;
        }
        (self.callers, self.ranges, self.ways, self.habits) = (callers, ranges, ways, habits);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Engine;
    use crate::batch::{EventBatch, Intake};
    use crate::engine::{Config, Receipt, SECOND};
    use crate::event::{CallEvent, EventKind};
    use crate::numbers::{ListName, Region};
    use crate::snapshot::{File, Writer};

    const BASE: i64 = 1_768_000_000 * SECOND;

    fn engine(config: Config) -> Engine {
        Engine::new(config, Intake::new(Region::parse("IN").expect("a region"), []))
    }

    fn small() -> Config {
        Config { max_keys: 2_048, max_calls: 4_096, ..Config::default() }
    }

    /// Subscribers who call each other, and one line that several of them ring at once every minute.
    fn hear(engine: &mut Engine, seconds: std::ops::Range<i64>) {
        let mut batch = EventBatch::default();
        for second in seconds {
            let (a, b) =
                (format!("+91981000{:04}", second % 977), format!("+91982000{:04}", second * 7 % 1_409));
            let b = if second % 60 < 3 { "+911800112233" } else { b.as_str() };
            let (trunk, source) = (format!("ic-{}", second % 4), format!("192.0.2.{}", second % 9));
            let call_id = format!("c{second}");
            let event = CallEvent {
                call_id: &call_id,
                trunk: if second % 3 == 0 { "" } else { &trunk },
                source_ip: &source,
                ..CallEvent::new(EventKind::Invite, BASE + second * SECOND, &a, b)
            };
            batch.push(&mut engine.intake, &event).expect("an event");
        }
        engine.judge(&batch, Receipt::Stream(BASE + 86_400 * SECOND));
    }

    fn values(engine: &Engine) -> Writer {
        let mut writer = Writer::default();
        engine.memory_parts().into_iter().for_each(|part| engine.write_part(part, &mut writer));
        writer
    }

    fn memory(engine: &Engine) -> Vec<u8> {
        let mut file = File::default();
        file.append(&values(engine));
        file.finish()
    }

    #[test]
    fn a_restarted_engine_knows_what_the_old_one_had_learnt() {
        let mut before = engine(small());
        hear(&mut before, 0..3_000);
        let mut after = engine(small());
        assert_eq!(after.usual("+911800112233"), None);
        after.restore(&memory(&before)).expect("sound");
        assert!(before.usual("+911800112233").is_some_and(|usual| usual.windows > 10));
        assert_eq!(after.usual("+911800112233"), before.usual("+911800112233"));
        assert_eq!(after.first_call, before.first_call);
        let hash = |engine: &Engine| engine.intake.names().hash("ic-1");
        assert_eq!(hash(&after), hash(&before));
        assert_eq!(memory(&after).len(), memory(&before).len());
    }

    #[test]
    fn what_is_usual_of_other_windows_is_left_out() {
        let mut before = engine(small());
        hear(&mut before, 0..600);
        let mut after = engine(Config { window: 9 * SECOND, ..small() });
        after.restore(&memory(&before)).expect("sound");
        assert_eq!(after.usual("+911800112233"), None);
        assert_eq!(after.first_call, before.first_call);
    }

    #[test]
    fn an_engine_in_use_takes_nothing_over() {
        let file = memory(&engine(small()));
        let mut called = engine(small());
        hear(&mut called, 0..2);
        assert_eq!(called.restore(&file).unwrap_err().code, "memory_late");
        let mut listed = engine(small());
        let Engine { intake, lists, .. } = &mut listed;
        intake.list(lists, ListName::AllowB, "sip:desk@example.net").expect("an entry");
        assert_eq!(listed.restore(&file).unwrap_err().code, "memory_late");
    }

    #[test]
    fn whatever_stands_in_a_file_with_a_right_digest_nothing_breaks() {
        let mut before = engine(small());
        hear(&mut before, 0..400);
        let sound = values(&before);
        let mut dice = 1_u64;
        let mut throw = |sides: usize| {
            dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (dice >> 33) as usize % sides
        };
        let (mut taken, mut refused) = (0, 0);
        for _ in 0..400 {
            let mut bytes = sound.bytes().to_vec();
            for _ in 0..=throw(3) {
                // Past the probe, which no chance would find.
                let place = 16 + throw(bytes.len() - 16);
                match throw(3) {
                    0 => bytes[place] = throw(256) as u8,
                    1 => bytes.truncate(place),
                    _ => bytes.insert(place, 0xff),
                }
                if bytes.len() < 17 {
                    break;
                }
            }
            let mut writer = Writer::default();
            bytes.into_iter().for_each(|byte| writer.put(byte));
            let mut file = File::default();
            file.append(&writer);
            let mut after = engine(small());
            match after.restore(&file.finish()) {
                Ok(()) => taken += 1,
                Err(fault) => {
                    refused += 1;
                    assert_eq!(fault.code, "memory_corrupt");
                    assert_eq!(after.first_call, i64::MAX, "the engine is as it was");
                }
            }
            hear(&mut after, 400..460);
        }
        assert!(taken > 10 && refused > 100, "{taken} taken, {refused} refused");
    }
}
