// Knows nothing of xgrad before it runs: what it loads then has hardly any room for thread_local variables.
#include <cstdio>

#include <dlfcn.h>

int main(int, char** argv) {
  void* const plugin = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
  if (!plugin) return std::printf("%s\n", dlerror()), 1;
  const auto gradient = reinterpret_cast<float (*)()>(dlsym(plugin, "gradient_of_plugin"));
  if (!gradient) return std::printf("%s\n", dlerror()), 1;
  const float found = gradient();
  std::printf("%g\n", static_cast<double>(found));
  return found == 256 ? 0 : 1;
}
