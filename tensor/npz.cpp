#include "xgrad/tensor/npz.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <zip.h>

#include "xgrad/tensor/atomic_file.hpp"
#include "xgrad/tensor/error.hpp"

namespace xgrad {
namespace {

constexpr std::string_view extension = ".npy";
constexpr zip_uint64_t largest_deflate_ratio = 1032;  // 258 bytes from 2 bits

struct ZipError {
  ZipError() { zip_error_init(&error); }
  explicit ZipError(int code) { zip_error_init_with_code(&error, code); }
  ZipError(const ZipError&) = delete;
  ZipError& operator=(const ZipError&) = delete;
  ~ZipError() { zip_error_fini(&error); }
  const char* text() { return zip_error_strerror(&error); }
  zip_error_t error;
};

[[noreturn]] void fail_reading(const std::string& source, const std::string& problem) {
  throw IoError(fmt::format("{}: {}; write the file again, for example with numpy.savez", source, problem));
}

[[noreturn]] void fail_writing(const std::filesystem::path& path, const char* problem) {
  throw IoError(fmt::format("cannot write {}: {}", path.string(), problem));
}

// What the archive's directory says about an entry, if it is fit for reading.
zip_stat_t checked_entry(zip* archive, const std::string& entry, const std::string& source) {
  zip_stat_t found;
  if (zip_stat(archive, entry.c_str(), ZIP_FL_ENC_GUESS, &found) != 0) fail_reading(source, zip_strerror(archive));
  const bool stored = found.comp_method == ZIP_CM_STORE;
  if ((!stored && found.comp_method != ZIP_CM_DEFLATE) || found.encryption_method != ZIP_EM_NONE)
    fail_reading(source, fmt::format("it is compressed by method {} with encryption {}; stored (0) or deflated (8), without "
                                     "encryption (0), is expected",
                                     found.comp_method, found.encryption_method));
  // A size that cannot be must not be allocated.
  if (stored ? found.size != found.comp_size : found.size / largest_deflate_ratio > found.comp_size)
    fail_reading(source, fmt::format("its size is given as {} bytes, which {} {} bytes cannot hold", found.size,
                                     found.comp_size, stored ? "stored" : "deflated"));
  return found;
}

using ArchivePtr = std::unique_ptr<zip, void (*)(zip*)>;

void add_entry(zip* archive, const std::string& name, const std::string& bytes, Compression compression,
               const std::filesystem::path& path) {
  zip_source_t* source = zip_source_buffer(archive, bytes.data(), bytes.size(), 0);
  if (!source) fail_writing(path, zip_strerror(archive));
  const zip_int64_t index = zip_file_add(archive, (name + std::string(extension)).c_str(), source, ZIP_FL_ENC_UTF_8);
  if (index < 0) {
    zip_source_free(source);
    fail_writing(path, zip_strerror(archive));
  }
  const auto entry = static_cast<zip_uint64_t>(index);
  const zip_int32_t method = compression == Compression::Deflated ? ZIP_CM_DEFLATE : ZIP_CM_STORE;
  constexpr zip_uint16_t first_of_january = 1 << 5 | 1;  // 1980, where the time of zip archives begins
  if (zip_set_file_compression(archive, entry, method, 0) != 0 ||
      zip_file_set_dostime(archive, entry, 0, first_of_january, 0) != 0)
    fail_writing(path, zip_strerror(archive));
}

std::string whole_source(zip_source_t* source, const std::filesystem::path& path) {
  zip_stat_t size;
  if (zip_source_stat(source, &size) != 0 || zip_source_open(source) != 0)
    fail_writing(path, zip_error_strerror(zip_source_error(source)));
  std::string bytes(size.size, '\0');
  const zip_int64_t count = zip_source_read(source, bytes.data(), bytes.size());
  zip_source_close(source);
  if (count != static_cast<zip_int64_t>(bytes.size())) fail_writing(path, "its archive cannot be read back");
  return bytes;
}

}  // namespace

NpzReader::NpzReader(const std::filesystem::path& path) : path_(path.string()), archive_(nullptr, zip_discard) {
  int code = 0;
  archive_.reset(zip_open(path_.c_str(), ZIP_RDONLY, &code));
  if (!archive_)
    throw IoError(
        fmt::format("{}: it cannot be read as a zip archive: {}; give a file that numpy.savez or "
                    "numpy.savez_compressed wrote",
                    path_, ZipError(code).text()));
  for (zip_int64_t i = 0; i < zip_get_num_entries(archive_.get(), 0); ++i) {
    const char* entry = zip_get_name(archive_.get(), static_cast<zip_uint64_t>(i), ZIP_FL_ENC_GUESS);
    if (!entry) fail_reading(path_, zip_strerror(archive_.get()));
    const std::string_view name = entry;
    if (name.ends_with(extension)) names_.emplace_back(name.substr(0, name.size() - extension.size()));
  }
}

bool NpzReader::contains(const std::string& name) const {
  return std::find(names_.begin(), names_.end(), name) != names_.end();
}

std::string NpzReader::extract(const std::string& name) const {
  if (!contains(name))
    throw IoError(fmt::format("{}: it holds no array '{}'; choose one of: {}", path_, name,
                              names_.empty() ? "none, it is empty" : fmt::format("{}", fmt::join(names_, ", "))));
  const std::string source = path_ + ":" + name, entry = name + std::string(extension);
  const zip_stat_t stat = checked_entry(archive_.get(), entry, source);
  std::string bytes(stat.size, '\0');
  const std::unique_ptr<zip_file_t, int (*)(zip_file_t*)> file(zip_fopen(archive_.get(), entry.c_str(), ZIP_FL_ENC_GUESS),
                                                               zip_fclose);
  if (!file) fail_reading(source, zip_strerror(archive_.get()));
  for (std::size_t done = 0; done < bytes.size();) {
    const zip_int64_t count = zip_fread(file.get(), bytes.data() + done, bytes.size() - done);
    if (count < 0) fail_reading(source, zip_file_strerror(file.get()));
    if (count == 0) fail_reading(source, fmt::format("it ends after {} of {} bytes", done, bytes.size()));
    done += static_cast<std::size_t>(count);
  }
  // Only at the end of the data is the checksum compared.
  char surplus;
  if (const zip_int64_t count = zip_fread(file.get(), &surplus, 1); count != 0)
    fail_reading(source, count < 0 ? zip_file_strerror(file.get()) : "it has more bytes than the directory says");
  return bytes;
}

void NpzWriter::add_bytes(const std::string& name, std::string bytes) {
  const auto same = [&](const auto& entry) { return entry.first == name; };
  if (name.empty() || std::any_of(entries_.begin(), entries_.end(), same))
    throw ConfigError(fmt::format("npz: the name '{}' is {}; give every array a name of its own", name,
                                  name.empty() ? "empty" : "there already"));
  entries_.emplace_back(name, std::move(bytes));
}

void NpzWriter::save(const std::filesystem::path& path, Compression compression) const {
  ZipError error;
  const std::unique_ptr<zip_source_t, void (*)(zip_source_t*)> memory(zip_source_buffer_create(nullptr, 0, 0, &error.error),
                                                                      zip_source_free);
  if (!memory) fail_writing(path, error.text());
  ArchivePtr archive(zip_open_from_source(memory.get(), ZIP_TRUNCATE, &error.error), zip_discard);
  if (!archive) fail_writing(path, error.text());
  zip_source_keep(memory.get());  // the archive has taken over one reference
  for (const auto& [name, bytes] : entries_) add_entry(archive.get(), name, bytes, compression, path);
  if (zip_close(archive.get()) != 0) fail_writing(path, zip_strerror(archive.get()));
  static_cast<void>(archive.release());
  write_file_atomically(path, entries_.empty() ? std::string("PK\5\6").append(18, '\0') : whole_source(memory.get(), path));
}

}  // namespace xgrad
