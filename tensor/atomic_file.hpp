#pragma once

#include <filesystem>
#include <functional>
#include <iosfwd>
#include <string_view>

namespace xgrad {

/// Puts `bytes` into the file `path`, all or nothing: they go to a temporary file in the same folder, to the disk, and only
/// then under the name `path`. A reader, a failure or a crash sees the old file or the new one, never a part; a failure
/// leaves no temporary behind. An existing file keeps its permissions, a symbolic link keeps pointing at the file it names.
/// What is no regular file (/dev/null, a pipe) is written directly.
/// Throws: IoError (unwritable folder, full disk, …).
void write_file_atomically(const std::filesystem::path& path, std::string_view bytes);

/// The same for contents that `write` puts into a stream, piece by piece. A write that fails throws IoError out of the
/// stream's functions; what `write` itself throws is passed on, and the old file stays.
void write_file_atomically(const std::filesystem::path& path, const std::function<void(std::ostream&)>& write);

}  // namespace xgrad
