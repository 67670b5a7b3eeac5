// SPDX-License-Identifier: BSD-3-Clause
#include <keesom/core/errors.hpp>
#include <keesom/core/io/output.hpp>

#include <fmt/format.h>

#include <cerrno>
#include <cstddef>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>

namespace keesom {

namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const fs::path& path, const std::error_code& error) {
    throw InputError(fmt::format("{}: cannot be written ({})", path.string(), error.message()));
}

std::error_code last_error() {
    return {errno, std::generic_category()};
}

/// Where the bytes for a path go in the end: links are followed, a slash at the end is dropped.
fs::path target_of(const fs::path& path) {
    std::error_code error;
    fs::path target = fs::weakly_canonical(path, error);
    if (error) {
        fail(path, error);
    }
    return target.has_filename() ? target : target.parent_path();
}

/// A name beside the target; the process number keeps two processes apart.
fs::path name_beside(const fs::path& target, const char* what) {
    fs::path name = target;
    name += fmt::format(".{}{}", what, getpid());
    return name;
}

/// Removes what is left of an attempt, unless it came to its end.
class Cleanup {
public:
    explicit Cleanup(fs::path path) : path_(std::move(path)) {}

    ~Cleanup() {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }

    Cleanup(const Cleanup&) = delete;
    Cleanup(Cleanup&&) = delete;
    Cleanup& operator=(const Cleanup&) = delete;
    Cleanup& operator=(Cleanup&&) = delete;

private:
    fs::path path_;
};

/// Writes bytes and, where that is possible, waits until they are on the disk.
std::error_code write_through(int descriptor, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t written = write(descriptor, bytes.data(), bytes.size());
        if (written >= 0) {
            bytes.remove_prefix(static_cast<std::size_t>(written));
        } else if (errno != EINTR) {
            return last_error();
        }
    }
    // Pipes and devices cannot be synchronized.
    if (fsync(descriptor) != 0 && errno != EINVAL && errno != EROFS) {
        return last_error();
    }
    return {};
}

int open_to_write(const fs::path& file, int flags, const fs::path& path) {
    constexpr mode_t readable_by_all = 0666;
    const int descriptor = open(file.c_str(), flags | O_WRONLY | O_CLOEXEC, readable_by_all);
    if (descriptor < 0) {
        fail(path, last_error());
    }
    return descriptor;
}

void write_bytes(const fs::path& file, int flags, std::string_view bytes, const fs::path& path) {
    const int descriptor = open_to_write(file, flags, path);
    std::error_code error = write_through(descriptor, bytes);
    if (close(descriptor) != 0 && !error) {
        error = last_error();
    }
    if (error) {
        fail(path, error);
    }
}

void require_no_input(const fs::path& path, std::span<const fs::path> inputs) {
    const fs::path target = target_of(path);
    for (const fs::path& input : inputs) {
        std::error_code error;
        bool same = fs::equivalent(target, input, error);
        for (fs::path folder = target.parent_path(); !same; folder = folder.parent_path()) {
            same = fs::is_directory(input, error) && fs::equivalent(folder, input, error);
            if (folder == folder.parent_path()) {
                break;
            }
        }
        if (same) {
            throw InputError(fmt::format("{}: is read as input ({}) and would be overwritten",
                                         path.string(),
                                         input.string()));
        }
    }
}

[[noreturn]] void refuse_to_replace(const fs::path& path) {
    throw InputError(fmt::format("{}: exists, --force replaces it", path.string()));
}

/// Whether a new folder entry can be made beside the target.
void require_room_beside(const fs::path& target, const fs::path& path) {
    const fs::path trial = name_beside(target, "trial");
    const Cleanup cleanup(trial);
    write_bytes(trial, O_CREAT | O_EXCL, {}, path);
}

/// @param write is given the file to write, and the flags to open it with
template <class Write>
void replace_file(const fs::path& path, const Write& write) {
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (fs::exists(status) && !fs::is_regular_file(status)) {
        write(path, 0);
        return;
    }
    const fs::path target = target_of(path);
    const fs::path partial = name_beside(target, "partial");
    const Cleanup cleanup(partial);
    write(partial, O_CREAT | O_TRUNC);
    fs::rename(partial, target, error);
    if (error) {
        fail(path, error);
    }
}

bool may_replace_folder(const fs::path& target, const std::string& marker) {
    std::error_code error;
    return fs::exists(target / marker, error) || fs::is_empty(target, error);
}

void require_replaceable_folder(const fs::path& target,
                                const std::string& marker,
                                const fs::path& path) {
    std::error_code error;
    if (!fs::exists(target, error)) {
        return;
    }
    if (!fs::is_directory(target, error)) {
        throw InputError(fmt::format("{}: is a file, expected a folder", path.string()));
    }
    if (!may_replace_folder(target, marker)) {
        throw InputError(
            fmt::format("{}: is a folder without {}, and is not replaced", path.string(), marker));
    }
}

}  // namespace

void require_output_file(const fs::path& path, std::span<const fs::path> inputs, bool replace) {
    require_no_input(path, inputs);
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (fs::is_directory(status)) {
        throw InputError(fmt::format("{}: is a folder", path.string()));
    }
    if (fs::exists(status) && !fs::is_regular_file(status)) {
        return;
    }
    if (fs::exists(status) && !replace) {
        refuse_to_replace(path);
    }
    require_room_beside(target_of(path), path);
}

void require_output_folder(const fs::path& path,
                           const std::string& marker,
                           std::span<const fs::path> inputs,
                           bool replace) {
    require_no_input(path, inputs);
    const fs::path target = target_of(path);
    require_replaceable_folder(target, marker, path);
    std::error_code error;
    if (fs::exists(target, error) && !fs::is_empty(target, error) && !replace) {
        refuse_to_replace(path);
    }
    require_room_beside(target, path);
}

void write_file(const fs::path& path, std::string_view bytes) {
    replace_file(path,
                 [&](const fs::path& file, int flags) { write_bytes(file, flags, bytes, path); });
}

void write_file(const fs::path& path, const std::function<void(const fs::path&)>& fill) {
    replace_file(path, [&](const fs::path& file, int /*flags*/) {
        fill(file);
        write_bytes(file, 0, {}, path);  // waits until what is in there is on the disk
    });
}

void write_folder(const fs::path& path,
                  const std::string& marker,
                  const std::function<void(const fs::path&)>& fill) {
    const fs::path target = target_of(path);
    require_replaceable_folder(target, marker, path);
    const fs::path partial = name_beside(target, "partial");
    const Cleanup cleanup(partial);
    std::error_code error;
    fs::create_directory(partial, error);
    if (error) {
        fail(path, error);
    }
    fill(partial);
    // A folder that is not empty cannot be renamed over: the old one steps aside first, and returns
    // should the new one not take its place.
    const fs::path old = name_beside(target, "old");
    const bool replaces = fs::exists(target, error);
    if (replaces) {
        fs::rename(target, old, error);
    }
    if (!error) {
        fs::rename(partial, target, error);
        if (error && replaces) {
            std::error_code ignored;
            fs::rename(old, target, ignored);
        }
    }
    if (error) {
        fail(path, error);
    }
    fs::remove_all(old, error);
}

GrowingFile::GrowingFile(fs::path path, std::uint64_t kept)
    : path_(std::move(path)), descriptor_(open_to_write(path_, O_CREAT, path_)), size_(kept) {
    const auto end = static_cast<off_t>(kept);
    const off_t length = lseek(descriptor_, 0, SEEK_END);
    if (length < end) {
        close(descriptor_);
        throw InputError(
            fmt::format("{}: has {} bytes, expected {} or more", path_.string(), length, kept));
    }
    if (ftruncate(descriptor_, end) != 0 || lseek(descriptor_, end, SEEK_SET) != end) {
        const std::error_code error = last_error();
        close(descriptor_);
        fail(path_, error);
    }
}

GrowingFile::~GrowingFile() {
    close(descriptor_);
}

void GrowingFile::append(std::string_view bytes) {
    if (const std::error_code error = write_through(descriptor_, bytes)) {
        fail(path_, error);
    }
    size_ += bytes.size();
}

}  // namespace keesom
