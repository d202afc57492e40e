//! A trained model over rows of features, each row little-endian 32-bit floats.

use std::sync::Arc;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use ringfence_core::features::NAMES;
use ringfence_core::trees;

#[pyclass(frozen, module = "ringfence_engine")]
pub struct Model(pub Arc<trees::Model>);

impl Model {
    /// What `score` says of each row, told without the interpreter's lock.
    fn each<T: Send>(
        &self,
        py: Python<'_>,
        rows: &[u8],
        score: impl Fn(&trees::Model, &[f32]) -> T + Sync,
    ) -> PyResult<Vec<T>> {
        let columns = self.0.features().len();
        if !rows.len().is_multiple_of(4 * columns) {
            let detail = format!("{} bytes are no rows of {columns} 32-bit floats", rows.len());
            return Err(PyValueError::new_err(("rows_invalid", detail)));
        }
        Ok(py.detach(|| {
            let mut row = vec![0.0; columns];
            let read = |bytes: &[u8]| {
                for (value, bytes) in row.iter_mut().zip(bytes.chunks_exact(4)) {
                    *value = f32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
                }
                score(&self.0, &row)
            };
            rows.chunks_exact(4 * columns).map(read).collect()
        }))
    }
}

#[pymethods]
impl Model {
    #[new]
    #[pyo3(signature = (data, features=None))]
    fn new(py: Python<'_>, data: &[u8], features: Option<Vec<String>>) -> PyResult<Self> {
        let given = features.as_ref().map(|names| names.iter().map(String::as_str).collect::<Vec<_>>());
        let read = py.detach(|| trees::Model::read(data, given.as_deref().unwrap_or(&NAMES)));
        read.map(|model| Self(Arc::new(model)))
            .map_err(|fault| PyValueError::new_err((fault.code, fault.detail)))
    }

    #[getter]
    fn version(&self) -> &str {
        self.0.version()
    }

    #[getter]
    fn features(&self) -> Vec<String> {
        self.0.features().to_vec()
    }

    fn predict(&self, py: Python<'_>, rows: &[u8]) -> PyResult<Vec<f64>> {
        self.each(py, rows, trees::Model::probability)
    }

    fn margins(&self, py: Python<'_>, rows: &[u8]) -> PyResult<Vec<f32>> {
        self.each(py, rows, trees::Model::margin)
    }

    fn contributions(&self, py: Python<'_>, rows: &[u8]) -> PyResult<Vec<Vec<f64>>> {
        let base = self.0.base();
        self.each(py, rows, |model, row| {
            let mut parts = vec![0.0; row.len()];
            model.contributions(row, |feature, part| parts[feature] += f64::from(part));
            parts.push(base);
            parts
        })
    }
}
