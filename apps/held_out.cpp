#include "held_out.hpp"

#include <tuple>

#include <fmt/format.h>

#include "run_folder.hpp"
#include "teachers.hpp"

namespace xgrad::apps {
namespace {

// Whether both runs hold out the same images.
bool hold_out_the_same(const TrainOptions& a, const TrainOptions& b) {
  return std::tie(a.seed, a.val_fraction, a.fold, a.limit_train) == std::tie(b.seed, b.val_fraction, b.fold, b.limit_train);
}

std::string advice(const TrainOptions& o, const char* option, const std::string& folder) {
  if (hold_out_the_same(o, RunFolder::open(folder).options())) return "";
  return fmt::format(
      "{} {}: it has learnt from images that are held out here, so that validation figures will be too good; give both runs "
      "the "
      "same --seed, --val_fraction, --fold and --limit_train\n",
      option, folder);
}

}  // namespace

std::string held_out_advice(const TrainOptions& o) {
  std::string text;
  if (!o.holds_out()) return text;
  for (const std::string& folder : teacher_folders(o)) text += advice(o, "--teachers", folder);
  if (!o.features_from.empty()) text += advice(o, "--features_from", o.features_from);
  return text;
}

}  // namespace xgrad::apps
