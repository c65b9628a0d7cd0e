#pragma once

#include "xgrad/autograd/tensor.hpp"
#include "xgrad/tensor/orientation_histograms.hpp"

namespace xgrad {

/// Histograms of oriented gradients. At each pixel dx is its right minus its left neighbour, dy its lower minus its upper one
/// (at the border the pixel itself stands for the missing one). (dx, dy), or its opposite, is written as α·u + β·v, where u and
/// v are unit vectors at the two angles π·k/orientations next to it: α and β are its votes. Each votes in the cells near it: of
/// the vote counts (1 − |Δx|/cell)·(1 − |Δy|/cell)/cell² where its pixel's centre is Δx and Δy away from the cell's, less than
/// a cell's side; so that a histogram is a mean, and an image moved a little changes it little.
/// Shapes: (…, h, w) → (…, orientations, h/cell, w/cell).  Gradient: through the differences; where (dx, dy) is at one of the
/// angles, or 0, a vote has a kink, and the slope of one of its sides is taken, or 0.
/// Throws: ConfigError, ShapeError as check_orientation_histograms.
/// Source: Dalal and Triggs, "Histograms of Oriented Gradients for Human Detection" (2005); votes by parts along two
/// directions: Liu, Nakashima, Sako and Fujisawa, "Handwritten digit recognition: investigation of normalization and feature
/// extraction techniques" (2004).
template <class T>
Tensor<T> orientation_histograms(const Tensor<T>& images, const OrientationHistogramOptions& options = {});

}  // namespace xgrad
