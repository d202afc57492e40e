//! How samples are kept over a restart: the calls in them. What was counted of these is counted again.

use super::sample::{Glimpse, SELDOM};
use super::{Habits, MOST_TRUNKS, Sample, Shown};
use crate::batch::Origin;
use crate::numbers::Number;
use crate::snapshot::{Fault, Reader, Writer};

/// Before each trunk's sample, and behind the last.
const ONE_MORE: u8 = 1;
const NO_MORE: u8 = 0;

impl Habits {
    /// The trunks that have a sample.
    pub fn trunks(&self) -> impl Iterator<Item = u32> + '_ {
        self.trunks.keys().copied()
    }

    /// Writes the sample of all calls.
    pub fn write_all(&self, to: &mut Writer) {
        self.all.write(to);
    }

    /// Writes the sample of a trunk's calls.
    pub fn write_trunk(&self, trunk: u32, to: &mut Writer) {
        if let Some(sample) = self.trunks.get(&trunk) {
            to.put(ONE_MORE);
            to.put(trunk);
            sample.write(to);
        }
    }

    /// Writes that all trunks are written.
    pub fn write_end(&self, to: &mut Writer) {
        to.put(NO_MORE);
    }

    /// Reads what was written.
    ///
    /// # Errors
    ///
    /// What is never written.
    pub fn read(from: &mut Reader<'_>) -> Result<Self, Fault> {
        let mut habits = Self::default();
        habits.all.read(from)?;
        while from.take::<u8>()? == ONE_MORE {
            let trunk = from.take()?;
            let mut sample = Sample::of_trunk();
            sample.read(from)?;
            if habits.trunks.insert(trunk, sample).is_some() || habits.trunks.len() > MOST_TRUNKS {
                return Err(Fault::corrupt());
            }
        }
        Ok(habits)
    }
}

impl Sample {
    fn write(&self, to: &mut Writer) {
        to.put(self.last);
        to.put(self.trunk_logs);
        to.put(self.next as u32);
        to.put(self.glimpses.len() as u32);
        for glimpse in &self.glimpses {
            glimpse.write(to);
            to.put(self.met.get(&glimpse.b).map_or(u8::MAX, |(_, met)| *met));
        }
    }

    /// Reads what was written into this sample, which is empty.
    fn read(&mut self, from: &mut Reader<'_>) -> Result<(), Fault> {
        self.last = from.take()?;
        let trunk_logs = from.take::<f64>()?;
        self.next = from.take::<u32>()? as usize;
        let count = from.take::<u32>()? as usize;
        if count > self.most || self.next >= self.most || !trunk_logs.is_finite() {
            return Err(Fault::corrupt());
        }
        for place in 0..count {
            let glimpse = Glimpse::read(from)?;
            let met = from.take()?;
            if self.met.insert(glimpse.b, (place as u32, met)).is_some() {
                return Err(Fault::corrupt());
            }
            self.glimpses.push(glimpse);
            if glimpse.told && glimpse.a.is_e164() && !self.tell(glimpse.a) {
                return Err(Fault::corrupt());
            }
            if met <= SELDOM {
                self.count(&glimpse, true);
            }
        }
        // To the last bit as it was, which depends on the order in which calls came and went.
        self.trunk_logs = trunk_logs;
        Ok(())
    }
}

impl Glimpse {
    fn write(&self, to: &mut Writer) {
        let Origin { trunk, source, sdp, agent, asserted } = self.origin;
        to.put(self.a.to_bits());
        to.put(self.b.to_bits());
        to.put(u8::from(self.told));
        [trunk, source, sdp, agent, asserted].into_iter().for_each(|hash| to.put(hash));
        to.put(self.shown.to_bits());
    }

    fn read(from: &mut Reader<'_>) -> Result<Self, Fault> {
        let (a, b) = (Number::from_bits(from.take()?), Number::from_bits(from.take()?));
        let told = from.take::<u8>()? == 1;
        let [trunk, source, sdp, agent, asserted] =
            [from.take()?, from.take()?, from.take()?, from.take()?, from.take()?];
        let origin = Origin { trunk, source, sdp, agent, asserted };
        Ok(Self { a, b, origin, shown: Shown::from_bits(from.take()?), told })
    }
}

impl Shown {
    fn to_bits(self) -> u8 {
        let Self { new, elsewhere, national, impossible, anonymous, attested, unattested } = self;
        let shown = [new, elsewhere, national, impossible, anonymous, attested, unattested];
        shown.into_iter().enumerate().fold(0, |bits, (place, shown)| bits | u8::from(shown) << place)
    }

    fn from_bits(bits: u8) -> Self {
        let [new, elsewhere, national, impossible, anonymous, attested, unattested] =
            std::array::from_fn(|place| bits >> place & 1 == 1);
        Self { new, elsewhere, national, impossible, anonymous, attested, unattested }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Habits, Shown, Trait};
    use crate::batch::Origin;
    use crate::numbers::Number;
    use crate::snapshot::{File, Reader, Writer};

    fn hear(habits: &mut Habits, calls: std::ops::Range<u32>) {
        for n in calls {
            let number = |n: u32| Number::from_e164_value(919_820_000_000 + u64::from(n)).expect("a number");
            let (a, b) = (number(50_000 + n * n % 307), number(n * n % 20_011));
            let origin = Origin { trunk: n % 7, source: n % 3 + 1, sdp: n % 5, ..Origin::default() };
            habits.note(
                origin,
                a,
                b,
                i64::from(n) * 200_000_000,
                Shown { new: n % 4 == 0, ..Shown::default() },
            );
        }
    }

    fn restarted(habits: &Habits) -> Habits {
        let mut writer = Writer::default();
        habits.write_all(&mut writer);
        habits.trunks().for_each(|trunk| habits.write_trunk(trunk, &mut writer));
        habits.write_end(&mut writer);
        let mut file = File::default();
        file.append(&writer);
        let file = file.finish();
        let mut reader = Reader::open(&file).expect("whole");
        let habits = Habits::read(&mut reader).expect("sound");
        reader.end().expect("read to its end");
        habits
    }

    #[test]
    fn restarted_samples_tell_the_same_to_the_last_bit_and_go_on_alike() {
        let mut before = Habits::default();
        hear(&mut before, 0..20_000);
        let mut after = restarted(&before);
        hear(&mut before, 20_000..30_000);
        hear(&mut after, 20_000..30_000);
        let b = Number::from_e164_value(919_820_000_004).expect("a number");
        let entropy = |habits: &Habits| habits.of_all().trunk_entropy().map(f32::to_bits);
        assert_eq!(entropy(&before), entropy(&after));
        assert!(entropy(&before).is_some());
        for trunk in 0..7 {
            let (one, other) = (before.of_trunk(trunk).unwrap(), after.of_trunk(trunk).unwrap());
            for of in [Trait::New, Trait::Source(2), Trait::Sdp(3), Trait::Trunk(trunk)] {
                assert_eq!(one.share(of, b), other.share(of, b));
                assert_eq!(one.strangeness(of, 1.0, b), other.strangeness(of, 1.0, b));
            }
        }
    }
}
