// SPDX-License-Identifier: BSD-3-Clause
#include "progress.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <unistd.h>
#include <utility>

namespace keesom::apps {

ProgressBar::ProgressBar(std::string title, std::size_t total)
    : title_(std::move(title)), total_(total), terminal_(isatty(STDERR_FILENO) == 1) {}

ProgressBar::~ProgressBar() {
    if (terminal_) {
        std::fputs("\r\x1b[K", stderr);
    }
}

void ProgressBar::show(std::size_t done) {
    if (!terminal_ || total_ == 0) {
        return;
    }
    const std::size_t percent = 100 * done / total_;
    if (percent == shown_percent_) {
        return;
    }
    shown_percent_ = percent;
    constexpr std::size_t width = 40;
    const std::size_t filled = width * done / total_;
    fmt::print(stderr,
               "\r{} [{}{}] {:3}% {}/{}",
               title_,
               std::string(filled, '#'),
               std::string(width - filled, '.'),
               percent,
               done,
               total_);
    std::fflush(stderr);
}

}  // namespace keesom::apps
