#include "standard_streams.hpp"

#include <fcntl.h>
#include <unistd.h>

namespace xgrad::apps {

void open_missing_streams() {
  for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
    if (fcntl(stream, F_GETFD) < 0) open("/dev/null", O_RDONLY);  // takes the lowest number that is free: the stream's
}

}  // namespace xgrad::apps
