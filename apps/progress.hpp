// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include <cstddef>
#include <string>

namespace keesom::apps {

/// A bar on standard error for work of known length; silent unless that is a terminal.
class ProgressBar {
public:
    ProgressBar(std::string title, std::size_t total);
    ~ProgressBar();
    ProgressBar(const ProgressBar&) = delete;
    ProgressBar(ProgressBar&&) = delete;
    ProgressBar& operator=(const ProgressBar&) = delete;
    ProgressBar& operator=(ProgressBar&&) = delete;

    void show(std::size_t done);

private:
    std::string title_;
    std::size_t total_;
    std::size_t shown_percent_ = 101;
    bool terminal_;
};

}  // namespace keesom::apps
