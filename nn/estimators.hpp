#pragma once
// Networks with the interface of scikit-learn's estimators, and their cross-validation.

#include "xgrad/nn/estimators/mlp_classifier.hpp"
#include "xgrad/nn/estimators/mlp_regressor.hpp"
#include "xgrad/nn/estimators/model_selection.hpp"
