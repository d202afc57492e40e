//! PyO3 glue: the engine as a Python module. No logic lives here.

mod engine;
mod model;
mod replay;
mod views;

use pyo3::prelude::*;
use pyo3::types::PyTuple;

#[pymodule]
fn _engine(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add("FEATURES", PyTuple::new(module.py(), ringfence_core::features::NAMES)?)?;
    module.add("HYSTERESIS", ringfence_core::levels::HYSTERESIS)?;
    module.add_class::<engine::Engine>()?;
    module.add_class::<engine::EventBatch>()?;
    module.add_class::<model::Model>()?;
    module.add_class::<replay::Replay>()?;
    module.add_class::<views::AlertCall>()?;
    module.add_class::<views::AlertChange>()?;
    module.add_class::<views::Batch>()?;
    module.add_class::<views::Cluster>()?;
    module.add_class::<views::Decision>()?;
    module.add_class::<views::Example>()?;
    module.add_class::<views::Hit>()?;
    module.add_class::<views::Metrics>()?;
    module.add_class::<views::Shadow>()?;
    module.add_class::<views::SipSummary>()?;
    module.add_class::<views::Usual>()?;
    module.add_function(wrap_pyfunction!(engine::read_all_plans, module)?)?;
    module.add_function(wrap_pyfunction!(replay::parse_sip, module)?)
}
