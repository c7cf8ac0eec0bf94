//! An ordered map that is small as long as there is little in it, and shares its structure between clones once
//! there is much.

use smallvec::SmallVec;

/// The same content is always the same variant.
#[derive(Clone, PartialEq)]
pub(crate) enum FewOrMany<K: Ord + Copy, V: Clone> {
    Few(SmallVec<[(K, V); 2]>),
    Many(imbl::OrdMap<K, V>),
}

/// Copying so many entries costs no more than finding one's way in a tree of them.
const FEW: usize = 32;

impl<K: Ord + Copy, V: Clone> Default for FewOrMany<K, V> {
    fn default() -> FewOrMany<K, V> {
        FewOrMany::Few(SmallVec::new())
    }
}

impl<K: Ord + Copy, V: Clone> FewOrMany<K, V> {
    pub fn get(&self, key: &K) -> Option<&V> {
        match self {
            FewOrMany::Few(few) => at(few, key).ok().map(|at| &few[at].1),
            FewOrMany::Many(many) => many.get(key),
        }
    }

    pub fn contains(&self, key: &K) -> bool {
        self.get(key).is_some()
    }

    pub fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        match self {
            FewOrMany::Few(few) => at(few, key).ok().map(|at| &mut few[at].1),
            FewOrMany::Many(many) => many.get_mut(key),
        }
    }

    pub fn insert(&mut self, key: K, value: V) {
        match self {
            FewOrMany::Few(few) => match at(few, &key) {
                Ok(at) => few[at].1 = value,
                Err(_) if few.len() == FEW => {
                    let mut many: imbl::OrdMap<K, V> = std::mem::take(few).into_iter().collect();
                    many.insert(key, value);
                    *self = FewOrMany::Many(many);
                }
                Err(at) => few.insert(at, (key, value)),
            },
            FewOrMany::Many(many) => {
                many.insert(key, value);
            }
        }
    }

    pub fn remove(&mut self, key: &K) {
        match self {
            FewOrMany::Few(few) => {
                if let Ok(at) = at(few, key) {
                    few.remove(at);
                }
            }
            FewOrMany::Many(many) => {
                many.remove(key);
                if many.len() <= FEW {
                    *self = FewOrMany::Few(std::mem::take(many).into_iter().collect());
                }
            }
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = (K, &V)> {
        let (few, many) = match self {
            FewOrMany::Few(few) => (Some(few.iter()), None),
            FewOrMany::Many(many) => (None, Some(many.iter())),
        };
        let few = few.into_iter().flatten().map(|(key, value)| (*key, value));
        few.chain(many.into_iter().flatten().map(|(key, value)| (*key, value)))
    }

    /// The entries from `key` on.
    pub fn iter_from(&self, key: K) -> impl Iterator<Item = (K, &V)> {
        let (few, many) = match self {
            FewOrMany::Few(few) => {
                let first = few.partition_point(|(here, _)| *here < key);
                (Some(few[first..].iter()), None)
            }
            FewOrMany::Many(many) => (None, Some(many.range(key..))),
        };
        let few = few.into_iter().flatten().map(|(key, value)| (*key, value));
        few.chain(many.into_iter().flatten().map(|(key, value)| (*key, value)))
    }
}

impl<K: Ord + Copy, V: Clone + Default> FewOrMany<K, V> {
    pub fn get_or_insert(&mut self, key: K) -> &mut V {
        if let FewOrMany::Few(few) = self
            && let Err(at) = at(few, &key)
            && few.len() < FEW
        {
            few.insert(at, (key, V::default()));
        } else if !self.contains(&key) {
            self.insert(key, V::default());
        }
        match self {
            FewOrMany::Few(few) => {
                let at = at(few, &key).unwrap_or_else(|at| at);
                &mut few[at].1
            }
            FewOrMany::Many(many) => many.entry(key).or_default(),
        }
    }
}

fn at<K: Ord, V>(few: &[(K, V)], key: &K) -> Result<usize, usize> {
    few.binary_search_by(|(here, _)| here.cmp(key))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        #[test]
        fn it_is_an_ordered_map(changes in prop::collection::vec((any::<bool>(), 0..80u8), 0..300)) {
            let mut ours = FewOrMany::<u8, usize>::default();
            let mut model = BTreeMap::new();
            for (at, (adds, key)) in changes.into_iter().enumerate() {
                if adds {
                    *ours.get_or_insert(key) = at;
                    model.insert(key, at);
                } else {
                    ours.remove(&key);
                    model.remove(&key);
                }
                prop_assert!(ours.iter().map(|(k, v)| (k, *v)).eq(model.iter().map(|(k, v)| (*k, *v))));
                let from = key / 2;
                prop_assert!(ours.iter_from(from).map(|(k, _)| k).eq(model.range(from..).map(|(k, _)| *k)));
                prop_assert_eq!(matches!(ours, FewOrMany::Many(_)), model.len() > FEW);
            }
            let mut again = FewOrMany::default();
            for (key, value) in model {
                again.insert(key, value);
            }
            prop_assert!(ours == again);
        }
    }
}
