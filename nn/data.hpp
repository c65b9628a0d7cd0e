#pragma once
// Data sets: finding, reading, splitting, standardising and batching them.

#include "xgrad/nn/data/augmentation.hpp"
#include "xgrad/nn/data/batches.hpp"
#include "xgrad/nn/data/catalogue.hpp"
#include "xgrad/nn/data/dataset.hpp"
#include "xgrad/nn/data/download.hpp"
#include "xgrad/nn/data/gaussian_blobs.hpp"
#include "xgrad/nn/data/idx.hpp"
#include "xgrad/nn/data/load.hpp"
#include "xgrad/nn/data/locate.hpp"
#include "xgrad/nn/data/one_hot.hpp"
#include "xgrad/nn/data/pca.hpp"
#include "xgrad/nn/data/split.hpp"
#include "xgrad/nn/data/standardizer.hpp"
