#pragma once

#include <utility>

namespace xgrad {

/// A counted reference to an object that holds its own count (`add_reference`, `drop_reference`).
template <class X>
class Ref {
 public:
  Ref() noexcept = default;
  explicit Ref(X* object) noexcept : object_(object) {
    if (object_) object_->add_reference();
  }
  Ref(const Ref& other) noexcept : Ref(other.object_) {}
  Ref(Ref&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  Ref& operator=(Ref other) noexcept {
    std::swap(object_, other.object_);
    return *this;
  }
  ~Ref() {
    if (object_) object_->drop_reference();
  }

  X* get() const noexcept { return object_; }
  X* operator->() const noexcept { return object_; }
  X& operator*() const noexcept { return *object_; }
  explicit operator bool() const noexcept { return object_ != nullptr; }
  void reset() noexcept { Ref().swap(*this); }
  void swap(Ref& other) noexcept { std::swap(object_, other.object_); }

 private:
  X* object_ = nullptr;
};

}  // namespace xgrad
