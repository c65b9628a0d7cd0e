#include "xgrad/tensor/shape.hpp"
