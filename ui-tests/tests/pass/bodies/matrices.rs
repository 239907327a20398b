// arrays and constant parameters
use durable::prelude::*;
use std::ops::Mul;

#[derive(Clone, Copy, Debug, PartialEq)]
struct Matrix<const R: usize, const C: usize>([[i64; C]; R]);

impl<const N: usize> Matrix<N, N> {
    const IDENTITY: Self = {
        let mut cells = [[0; N]; N];
        let mut at = 0;
        while at < N {
            cells[at][at] = 1;
            at += 1;
        }
        Self(cells)
    };

    fn power(self, exponent: u32) -> Self {
        (0..exponent).fold(Self::IDENTITY, |power, _| power * self)
    }
}

impl<const R: usize, const M: usize, const C: usize> Mul<Matrix<M, C>> for Matrix<R, M> {
    type Output = Matrix<R, C>;

    fn mul(self, other: Matrix<M, C>) -> Matrix<R, C> {
        let mut cells = [[0; C]; R];
        for (row, cells) in cells.iter_mut().enumerate() {
            for (column, cell) in cells.iter_mut().enumerate() {
                *cell = (0..M).map(|at| self.0[row][at] * other.0[at][column]).sum();
            }
        }
        Matrix(cells)
    }
}

#[orchestrator]
async fn fibonacci(ctx: &Context, n: u32) -> Result<i64> {
    ctx.set_status(&n);
    let Matrix([[_, result], _]) = Matrix([[1, 1], [1, 0]]).power(n);
    Ok(result)
}
