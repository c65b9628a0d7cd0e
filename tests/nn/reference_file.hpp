#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "xgrad/tensor/array.hpp"

/// A file of tests/data/torch, read once for each call.
nlohmann::json read_reference(const std::string& name);

/// {"shape": […], "data": […]} as an array.
xgrad::Array<double> array_of(const nlohmann::json& json);

/// The largest of |got − expected|/max(|expected|, floor); infinity if the shapes differ or a number is not one.
double relative_error(const xgrad::Array<double>& got, const nlohmann::json& expected, double floor = 0);
double relative_error(double got, double expected, double floor = 0);
