// SPDX-License-Identifier: BSD-3-Clause
//
// What formulas that are templates on the scalar type need besides arithmetic. Scalars that are
// several numbers at once (lanes.hpp) have comparisons of several results, so that formulas branch
// by any() and all() of these and pick values by select().
#pragma once

#include <cmath>

namespace keesom {

/// π for any scalar type, also for those that std::numbers does not know.
template <class Scalar>
Scalar pi() {
    using std::atan;
    return 4 * atan(Scalar(1));
}

inline bool any(bool condition) {
    return condition;
}

inline bool all(bool condition) {
    return condition;
}

inline bool both(bool a, bool b) {
    return a && b;
}

/// Σ over the numbers of a scalar.
inline double sum(double x) {
    return x;
}

template <class Scalar>
Scalar select(bool condition, const Scalar& yes, const Scalar& no) {
    return condition ? yes : no;
}

}  // namespace keesom
