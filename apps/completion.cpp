// SPDX-License-Identifier: BSD-3-Clause
//
// What a shell needs to know to complete command lines, told from the description of the verbs.
#include "data_files.hpp"
#include "help.hpp"
#include "verbs.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string>
#include <vector>

namespace keesom::apps {

namespace {

std::vector<std::string> names_of(const CLI::Option& option) {
    std::vector<std::string> names;
    for (const std::string& name : option.get_lnames()) {
        names.push_back("--" + name);
    }
    for (const std::string& name : option.get_snames()) {
        names.push_back("-" + name);
    }
    return names;
}

/// The values that an option takes, where these are few: "{a,b}" in the name of its type.
std::vector<std::string> choices_of(const CLI::Option& option) {
    const std::string type = option.get_type_name();
    const std::size_t first = type.find('{');
    const std::size_t last = type.find('}');
    return first == std::string::npos || last == std::string::npos
               ? std::vector<std::string>()
               : CLI::detail::split(type.substr(first + 1, last - first - 1), ',');
}

/// A script for bash, and for zsh, which reads those of bash. Where it has no words, the shell
/// completes the names of files.
std::string script(const CLI::App& app) {
    std::vector<std::string> verbs;
    std::string options;
    std::string choices;
    for (const CLI::App* verb : app.get_subcommands([](const CLI::App*) { return true; })) {
        verbs.push_back(verb->get_name());
        std::vector<std::string> all;
        for (const CLI::Option* option : verb->get_options()) {
            const std::vector<std::string> names = names_of(*option);
            all.insert(all.end(), names.begin(), names.end());
            if (const std::vector<std::string> values = choices_of(*option); !values.empty()) {
                for (const std::string& name : names) {
                    choices += fmt::format("        '{} {}') words='{}' ;;\n",
                                           verb->get_name(),
                                           name,
                                           fmt::join(values, " "));
                }
            }
        }
        options +=
            fmt::format("            {}) words='{}' ;;\n", verb->get_name(), fmt::join(all, " "));
    }
    std::vector<std::string> sets;
    for (const auto& [name, set] : shipped_sets()) {
        sets.push_back(name);
    }
    return fmt::format(R"(# Completion for keesom in bash and zsh, made by `keesom completion`.
if [[ -n ${{ZSH_VERSION-}} ]]; then
    autoload -U +X bashcompinit && bashcompinit
fi
_keesom() {{
    local word=${{COMP_WORDS[COMP_CWORD]}} verb=${{COMP_WORDS[1]}} words=''
    case "$verb ${{COMP_WORDS[COMP_CWORD-1]}}" in
{choices}        *)
        if ((COMP_CWORD == 1)); then
            words='{verbs} --help --version'
        elif [[ $word == -* ]]; then
            case $verb in
{options}            esac
        elif [[ $verb == benchmark ]]; then
            words='{sets}'
        fi ;;
    esac
    COMPREPLY=($(compgen -W "$words" -- "$word"))
}}
complete -o default -F _keesom keesom
)",
                       fmt::arg("choices", choices),
                       fmt::arg("options", options),
                       fmt::arg("verbs", fmt::format("{}", fmt::join(verbs, " "))),
                       fmt::arg("sets", fmt::format("{}", fmt::join(sets, " "))));
}

}  // namespace

void add_completion(CLI::App& app) {
    CLI::App* verb =
        app.add_subcommand("completion", "Print a script that completes command lines");
    add_help(*verb,
             "For bash and zsh, in the file that the shell reads when it starts.\n",
             "source <(keesom completion)");
    verb->callback([&app] { fmt::print("{}", script(app)); });
}

}  // namespace keesom::apps
