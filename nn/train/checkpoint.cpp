#include "xgrad/nn/train/checkpoint.hpp"

#include <cmath>
#include <deque>
#include <limits>
#include <stdexcept>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "xgrad/nn/model_file.hpp"
#include "xgrad/tensor/error.hpp"

namespace xgrad::nn {
namespace {

using Json = nlohmann::ordered_json;

// JSON has no NaN and no infinities.
Json number(double x) { return std::isfinite(x) ? Json(x) : Json(std::isnan(x) ? "nan" : x > 0 ? "inf" : "-inf"); }
double number(const Json& json) {
  if (!json.is_string()) return json.get<double>();
  const std::string text = json.get<std::string>();
  if (text == "nan") return std::numeric_limits<double>::quiet_NaN();
  if (text == "inf") return std::numeric_limits<double>::infinity();
  if (text == "-inf") return -std::numeric_limits<double>::infinity();
  throw IoError(fmt::format("'{}' is no number", text));
}

Json to_json(const EpochRecord& r) {
  return {r.epoch,
          number(r.train_loss),
          number(r.train_accuracy),
          number(r.val_loss),
          number(r.val_accuracy),
          number(r.val_macro_f1),
          number(r.seconds),
          number(r.samples_per_second),
          number(r.learning_rate)};
}

EpochRecord epoch_from_json(const Json& j) {
  return {j.at(0).get<std::size_t>(),
          number(j.at(1)),
          number(j.at(2)),
          number(j.at(3)),
          number(j.at(4)),
          number(j.at(5)),
          number(j.at(6)),
          number(j.at(7)),
          number(j.at(8))};
}

Json to_json(const TrainerProgress& p) {
  Json history = Json::array();
  for (const EpochRecord& r : p.history) history.push_back(to_json(r));
  return {{"epoch", p.epoch},
          {"batches_done", p.batches_done},
          {"step", p.step},
          {"loss_sum", number(p.loss_sum)},
          {"samples", p.samples},
          {"correct", p.correct},
          {"seconds", p.seconds},
          {"learning_rate", number(p.learning_rate)},
          {"monitor", {number(p.monitor.best), p.monitor.best_epoch, p.monitor.waited}},
          {"history", history}};
}

TrainerProgress progress_from_json(const Json& j) {
  TrainerProgress p{.epoch = j.at("epoch").get<std::size_t>(),
                    .batches_done = j.at("batches_done").get<std::size_t>(),
                    .step = j.at("step").get<std::int64_t>(),
                    .loss_sum = number(j.at("loss_sum")),
                    .samples = j.at("samples").get<std::size_t>(),
                    .correct = j.at("correct").get<std::size_t>(),
                    .seconds = j.at("seconds").get<double>(),
                    .learning_rate = number(j.at("learning_rate"))};
  p.monitor = {number(j.at("monitor").at(0)), j.at("monitor").at(1).get<std::size_t>(),
               j.at("monitor").at(2).get<std::size_t>()};
  for (const Json& record : j.at("history")) p.history.push_back(epoch_from_json(record));
  return p;
}

// Arrays for the file, with counters kept alive beside them.
struct Contents {
  std::vector<NamedArray> arrays;
  std::deque<Indices> counters;

  template <class T>
  void add(const std::string& prefix, const StateDict<T>& state) {
    for (const auto& entry : state.arrays) arrays.emplace_back(prefix + entry.name, entry.value);
    for (const auto& entry : state.counters)
      arrays.emplace_back(prefix + entry.name, counters.emplace_back(scalar_array(entry.value)));
  }
};

// Everything whose name begins with the prefix, so that load_state_dict sees what is missing and what is too much.
template <class T>
StateDict<T> read_state(const SafetensorsFile& file, const std::string& prefix) {
  StateDict<T> state;
  for (const SafetensorsEntry& entry : file.entries()) {
    if (entry.name.rfind(prefix, 0) != 0) continue;
    const std::string name = entry.name.substr(prefix.size());
    if (entry.dtype == DType::I64)
      state.counters.push_back({name, *file.get<std::int64_t>(entry.name).data()});
    else
      state.arrays.push_back({name, file.get<T>(entry.name)});
  }
  return state;
}

}  // namespace

template <class T>
void save_checkpoint(Trainer<T>& trainer, const std::filesystem::path& path) {
  Contents contents;
  const StateDict<T> model = state_dict(trainer.model());
  contents.add("model.", model);
  contents.add("best.", trainer.best_weights());
  Json generators, optimizer = Json::array(), scheduler = Json::object();
  for (const auto& g : trainer.model().named_generators()) generators[g.name] = g.value->position();
  const std::vector<optim::State<T>> states = trainer.optimizer().state();
  for (std::size_t i = 0; i < states.size(); ++i) {
    Json numbers = Json::object();
    for (std::size_t k = 0; k < states[i].numbers.size(); ++k)
      numbers[states[i].number_names[k]] = number(states[i].numbers[k]);
    optimizer.push_back({{"step", states[i].step}, {"arrays", states[i].array_names}, {"numbers", numbers}});
    for (std::size_t k = 0; k < states[i].arrays.size(); ++k)
      contents.arrays.emplace_back(fmt::format("optimizer.{}.{}", i, states[i].array_names[k]), states[i].arrays[k]);
  }
  Json rates = Json::array();
  for (std::size_t g = 0; g < trainer.optimizer().group_count(); ++g) rates.push_back(trainer.optimizer().lr(g));
  if (trainer.scheduler())
    for (const auto& [name, value] : trainer.scheduler()->state()) scheduler[name] = number(value);
  if (trainer.average())
    for (std::size_t i = 0; i < trainer.average()->averages().size(); ++i)
      contents.arrays.emplace_back(fmt::format("average.{}", i), trainer.average()->averages()[i]);
  const Json state{{"progress", to_json(trainer.progress())},
                   {"generators", generators},
                   {"optimizer", trainer.optimizer().name()},
                   {"optimizer_state", optimizer},
                   {"learning_rates", rates},
                   {"scheduler", scheduler},
                   {"average_updates", trainer.average() ? trainer.average()->updates() : 0}};
  write_safetensors(path, contents.arrays, {{"xgrad_checkpoint", state.dump()}});
}

namespace {

// A message that names the file; many do already.
std::string with_path(const std::filesystem::path& path, const std::string& message) {
  return message.starts_with(path.string()) ? message : fmt::format("{}: {}", path.string(), message);
}

}  // namespace

template <class T>
void load_checkpoint(Trainer<T>& trainer, const std::filesystem::path& path) try {
  const SafetensorsFile file = read_safetensors(path);
  if (!file.metadata().count("xgrad_checkpoint"))
    throw IoError(fmt::format("{}: is a safetensors file but not a checkpoint of a training run", path.string()));
  const Json state = Json::parse(file.metadata().at("xgrad_checkpoint"));
  if (state.at("optimizer") != trainer.optimizer().name())
    throw ConfigError(fmt::format("{}: belongs to optimizer {}, but this run uses {}", path.string(),
                                  state.at("optimizer").get<std::string>(), trainer.optimizer().name()));
  std::vector<optim::State<T>> states;
  for (std::size_t i = 0; i < state.at("optimizer_state").size(); ++i) {
    const Json& entry = state.at("optimizer_state").at(i);
    optim::State<T> s{.step = entry.at("step").get<std::int64_t>(),
                      .array_names = entry.at("arrays").get<std::vector<std::string>>()};
    for (const std::string& name : s.array_names) s.arrays.push_back(file.get<T>(fmt::format("optimizer.{}.{}", i, name)));
    for (const auto& [name, value] : entry.at("numbers").items()) {
      s.number_names.push_back(name);
      s.numbers.push_back(number(value));
    }
    states.push_back(std::move(s));
  }
  const TrainerProgress progress = progress_from_json(state.at("progress"));
  StateDict<T> best = read_state<T>(file, "best.");  // empty if there were none yet
  const StateDict<T> before = state_dict(trainer.model());
  load_state_dict(trainer.model(), read_state<T>(file, "model."));
  try {
    trainer.optimizer().load_state(states);
  } catch (...) {
    load_state_dict(trainer.model(), before);  // all or nothing
    throw;
  }
  trainer.best_weights() = std::move(best);
  for (const auto& g : trainer.model().named_generators())
    g.value->set_position(state.at("generators").at(g.name).template get<std::uint64_t>());
  for (std::size_t g = 0; g < trainer.optimizer().group_count(); ++g)
    trainer.optimizer().set_lr(state.at("learning_rates").at(g).get<double>(), g);
  if (trainer.scheduler()) {
    std::vector<std::pair<std::string, double>> numbers;
    for (const auto& [name, value] : state.at("scheduler").items()) numbers.emplace_back(name, number(value));
    trainer.scheduler()->load_state(numbers);
  }
  if (trainer.average()) {
    for (std::size_t i = 0; i < trainer.average()->averages().size(); ++i)
      trainer.average()->averages()[i] = file.get<T>(fmt::format("average.{}", i));
    trainer.average()->set_updates(state.at("average_updates").get<std::int64_t>());
  }
  trainer.set_progress(progress);
} catch (const nlohmann::json::exception& error) {
  throw IoError(fmt::format("{}: the checkpoint's description is damaged: {}", path.string(), error.what()));
} catch (const std::out_of_range&) {
  throw IoError(fmt::format("{}: the checkpoint's description is damaged: an entry is missing", path.string()));
} catch (const ConfigError& error) { throw ConfigError(with_path(path, error.what())); } catch (const ShapeError& error) {
  throw ShapeError(with_path(path, error.what()));
} catch (const IoError& error) { throw IoError(with_path(path, error.what())); }

template <class T>
void CheckpointCallback<T>::on_step(Trainer<T>& trainer, const StepRecord& record) {
  if (every_steps_ > 0 && static_cast<std::uint64_t>(record.step) % every_steps_ == 0 && std::isfinite(record.loss))
    save_checkpoint(trainer, checkpoint_);
}

template <class T>
void CheckpointCallback<T>::on_epoch(Trainer<T>& trainer, const EpochRecord&, bool is_best) {
  if (is_best) save_model(trainer.best_weights(), best_model_);
  save_checkpoint(trainer, checkpoint_);
}

template <class T>
void CheckpointCallback<T>::on_end(Trainer<T>& trainer, Outcome outcome) {
  if (outcome == Outcome::Interrupted) save_checkpoint(trainer, checkpoint_);
}

template void save_checkpoint(Trainer<float>&, const std::filesystem::path&);
template void save_checkpoint(Trainer<double>&, const std::filesystem::path&);
template void load_checkpoint(Trainer<float>&, const std::filesystem::path&);
template void load_checkpoint(Trainer<double>&, const std::filesystem::path&);
template class CheckpointCallback<float>;
template class CheckpointCallback<double>;

}  // namespace xgrad::nn
