// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace keesom {

/// The quintic step 1 − 10t³ + 15t⁴ − 6t⁵: 1 up to t = 0, 0 from t = 1 on, value, slope and
/// curvature continuous. Not a public header.
inline double smooth_step_down(double t) {
    if (t <= 0.0) {
        return 1.0;
    }
    return t >= 1.0 ? 0.0 : 1.0 - t * t * t * (10.0 - t * (15.0 - 6.0 * t));
}

/// Its derivative, −30 t² (1 − t)² between 0 and 1.
inline double smooth_step_down_slope(double t) {
    return t <= 0.0 || t >= 1.0 ? 0.0 : -30.0 * t * t * (1.0 - t) * (1.0 - t);
}

}  // namespace keesom
