// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/errors.hpp>
#include <keesom/core/property_model.hpp>

#include <utility>

namespace keesom {

namespace {

PropertyPrediction rotated(PropertyPrediction prediction, const Eigen::Matrix3d& rotation) {
    prediction.properties = rotated(std::move(prediction.properties), rotation);
    return prediction;
}

class RotatedLinearization : public PropertyLinearization {
public:
    RotatedLinearization(std::shared_ptr<const PropertyLinearization> original,
                         const Eigen::Matrix3d& rotation)
        : PropertyLinearization(rotated(original->prediction(), rotation)),
          original_(std::move(original)),
          rotation_(rotation) {}

    [[nodiscard]] Eigen::Matrix3Xd pullback_to_positions(
        const AtomPropertyGradient& gradient) const override {
        return rotation_ * original_->pullback_to_positions(turned_back(gradient));
    }

    [[nodiscard]] std::vector<ErrorSources> error_sources(
        const AtomPropertyGradient& gradient) const override {
        return original_->error_sources(turned_back(gradient));
    }

private:
    [[nodiscard]] AtomPropertyGradient turned_back(const AtomPropertyGradient& gradient) const {
        return rotated_gradient(gradient, rotation_.transpose());
    }

    std::shared_ptr<const PropertyLinearization> original_;
    Eigen::Matrix3d rotation_;
};

}  // namespace

std::unique_ptr<const PropertyLinearization> rotated(
    std::shared_ptr<const PropertyLinearization> linearization, const Eigen::Matrix3d& rotation) {
    return std::make_unique<RotatedLinearization>(std::move(linearization), rotation);
}

std::unique_ptr<const PropertyLinearization> PropertyModel::linearize(
    const Molecule& /*molecule*/) const {
    throw ModelError("these atomic properties have no derivatives by positions");
}

}  // namespace keesom
