// SPDX-License-Identifier: BSD-3-Clause
//
// Poses come in batches of a fixed number of records, which the processes share, and leave as lines
// of the table in the order of the batches; few batches are in memory. Beside the table a state
// says how far it got: it is replaced every second, or after each batch that takes longer, so that
// a screening that is stopped at any moment goes on from there, and gives the bytes of one in one
// piece.
#include "energy_rows.hpp"
#include "help.hpp"
#include "perception.hpp"
#include "run_state.hpp"
#include "shared_work.hpp"
#include "verbs.hpp"

#include <keesom/core/io/output.hpp>
#include <keesom/core/io/parquet_table.hpp>
#include <keesom/core/io/prediction_cache.hpp>
#include <keesom/core/io/record_stream.hpp>
#include <keesom/core/io/sha256.hpp>
#include <keesom/core/parallel.hpp>
#include <keesom/core/units.hpp>
#include <keesom/interaction/pose_energies.hpp>
#include <keesom/ml/model/model_file.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unistd.h>
#include <utility>
#include <vector>

namespace keesom::apps {

namespace {

using Json = nlohmann::ordered_json;

// Batches are by the position in the file, and a shape that many poses have is represented by its
// first one in the batch: so no result depends on where a screening was stopped.
constexpr std::size_t batch_size = 512;

using Clock = std::chrono::steady_clock;

// Many processes give batches faster than a disk takes them one by one.
constexpr std::chrono::seconds between_states{1};

const StateFormat screen_state{"keesom screen"};

struct ScreenOptions {
    InputOptions host;
    std::vector<std::string> other_hosts;
    std::vector<std::string> poses;
    ModelOptions model;
    EnergyUnit unit;
    double reach = std::numeric_limits<double>::infinity();  // Å
    bool uncertainty = false;
    std::string cache;  ///< folder of predictions that are kept; empty: none are
    bool resume = false;
    bool mpi = false;
    OutputOptions out;
    OutputOptions parquet;  ///< the same table, once it is complete

    [[nodiscard]] std::filesystem::path state_path() const { return out.path + ".state"; }

    [[nodiscard]] PoseOptions of_poses() const {
        return {.reach = reach * units::angstrom, .uncertainty = uncertainty};
    }

    /// The files of all hosts, in order.
    [[nodiscard]] std::vector<std::string> hosts() const {
        std::vector<std::string> files = host.files;
        files.insert(files.end(), other_hosts.begin(), other_hosts.end());
        return files;
    }
};

/// What all poses are computed beside.
struct Hosts {
    struct Input {
        std::string file;
        std::vector<InputMonomer> monomers;
        std::vector<std::string> warnings;  // of the molecules
    };

    std::vector<Input> inputs;
    std::vector<PreparedHost> prepared;  // of each
};

/// How far a screening is.
struct ScreenState {
    std::size_t file = 0;      ///< index of the file of poses that comes next
    std::uint64_t record = 0;  ///< and of its next record
    std::uint64_t poses = 0;   ///< that are in the table, a line for each host
    std::uint64_t failed = 0;  ///< lines without an energy
    std::uint64_t table_bytes = 0;
};

/// Lets a session read predictions from the folder for them, if there is one, and keep there what
/// it predicts.
void use_cache(const ScreenOptions& options, Session& session) {
    if (options.cache.empty()) {
        return;
    }
    const std::string identity =
        fmt::format("keesom {}, model {}",
                    KEESOM_VERSION,
                    sha256_of_file(std::filesystem::path(session.model_path) / model_manifest));
    session.model = InteractionModel(
        std::make_shared<CachedPropertyModel>(session.property_model, identity, options.cache),
        session.parameters);
}

/// What the energy of a pose depends on.
Json energy_conditions(const ScreenOptions& options, const Session& session) {
    Json conditions = {
        {"keesom", KEESOM_VERSION},
        {"model", sha256_of_file(std::filesystem::path(session.model_path) / model_manifest)},
        {"parameters", sha256_of_file(session.parameters_path)},
        {"unit", options.unit.name},
        {"reach", std::isinf(options.reach) ? Json("all") : Json(options.reach)},
        {"uncertainty", options.uncertainty},
        {"fragments", options.host.fragments},
        {"charges", options.host.charges}};
    for (const std::string& file : options.hosts()) {
        conditions["hosts"].push_back(file);
        conditions["sha256"].push_back(sha256_of_file(file));
    }
    return conditions;
}

/// What a screening depends on besides its state.
Json screen_conditions(const ScreenOptions& options, const Session& session) {
    Json conditions = energy_conditions(options, session);
    for (const std::string& file : options.poses) {
        conditions["poses"].push_back(file);
        conditions["bytes"].push_back(std::filesystem::file_size(file));
    }
    return conditions;
}

ScreenState read_screen_state(const std::filesystem::path& path, const Json& conditions) {
    ScreenState state;
    read_state(path, screen_state, conditions, [&](const Json& json) {
        state.file = json.at("file").get<std::size_t>();
        state.record = json.at("record").get<std::uint64_t>();
        state.poses = json.at("poses").get<std::uint64_t>();
        state.failed = json.at("failed").get<std::uint64_t>();
        state.table_bytes = json.at("table_bytes").get<std::uint64_t>();
    });
    return state;
}

/// A line on standard error while it works; silent unless that is a terminal.
class Rate {
public:
    explicit Rate(std::uint64_t done) : first_(done) {}

    void show(std::uint64_t done, double share) {
        if (isatty(STDERR_FILENO) != 1) {
            return;
        }
        const std::chrono::duration<double> time = Clock::now() - start_;
        const double rate = static_cast<double>(done - first_) / std::max(time.count(), 1e-3);
        if (!first_share_) {
            first_share_ = share;
        }
        std::string remaining;
        if (share > *first_share_) {
            const double seconds = time.count() * (1.0 - share) / (share - *first_share_);
            remaining = fmt::format(", {:.0f} min left", seconds / 60.0);
        }
        fmt::print(
            stderr, "\r\x1b[K{} poses, {:.0f}/s, {:.0f} %{}", done, rate, 100.0 * share, remaining);
        std::fflush(stderr);
    }

    void clear() const {
        if (isatty(STDERR_FILENO) == 1) {
            std::fputs("\r\x1b[K", stderr);
        }
    }

private:
    std::uint64_t first_;
    std::optional<double> first_share_;  // when it is shown first
    Clock::time_point start_ = Clock::now();
};

/// Reads and prepares the hosts.
/// @param warnings takes those of all
Hosts read_hosts(const ScreenOptions& options,
                 const Session& session,
                 std::vector<std::string>& warnings) {
    Hosts hosts;
    for (const std::string& file : options.hosts()) {
        InputOptions input = options.host;
        input.files = {file};
        Hosts::Input& host = hosts.inputs.emplace_back();
        host.file = file;
        host.monomers = read_monomers(input, warnings);
        append_perception_warnings(host.monomers, session, host.warnings);
        warnings.insert(warnings.end(), host.warnings.begin(), host.warnings.end());
        hosts.prepared.push_back(naming(file, [&] {
            return prepare_host(molecules_of(host.monomers), session.model, options.of_poses());
        }));
    }
    return hosts;
}

/// The host with a pose, without an energy yet; one that cannot be used has an error.
EnergyRow row_of(const ReadRecord& read, const Hosts::Input& host, const Session& session) {
    EnergyRow row;
    row.complex.name = read.record.molecule.name;
    row.complex.error = read.error;
    if (!read.error.empty()) {
        return row;
    }
    try {
        const std::vector<InputMonomer> pose =
            monomers_of_record(read.record, read.source, row.warnings);
        row.warnings.insert(row.warnings.end(), host.warnings.begin(), host.warnings.end());
        append_perception_warnings(pose, session, row.warnings, host.monomers.size());
        row.complex.monomers = host.monomers;
        row.complex.monomers.insert(row.complex.monomers.end(), pose.begin(), pose.end());
    } catch (const InputError& error) {
        row.complex.error = error.what();
    }
    return row;
}

/// The molecules of a row behind those of its host; none where it has an error.
std::vector<Molecule> pose_of(const EnergyRow& row, const Hosts::Input& host) {
    const std::span<const InputMonomer> all = row.complex.monomers;
    return molecules_of(all.subspan(std::min(host.monomers.size(), all.size())));
}

/// A row for each host of each record.
std::vector<EnergyRow> screened_rows(const std::vector<ReadRecord>& records,
                                     const Hosts& hosts,
                                     const ScreenOptions& options,
                                     const Session& session) {
    const std::size_t n_hosts = hosts.inputs.size();
    std::vector<EnergyRow> rows(records.size() * n_hosts);
    parallel_for(rows.size(), [&](std::size_t i) {
        rows[i] = row_of(records[i / n_hosts], hosts.inputs[i % n_hosts], session);
    });
    std::vector<std::vector<Molecule>> poses;
    for (std::size_t p = 0; p < records.size(); ++p) {
        poses.push_back(pose_of(rows[p * n_hosts], hosts.inputs.front()));
    }
    std::vector<SystemEnergy> results =
        pose_energies(poses, hosts.prepared, session.model, options.of_poses());
    parallel_for(rows.size(),
                 [&](std::size_t i) { set_result(std::move(results[i]), session, rows[i]); });
    return rows;
}

std::vector<TableColumn> screen_columns(const ScreenOptions& options) {
    std::vector<TableColumn> columns = {{"file", ColumnType::text},
                                        {"record", ColumnType::count},
                                        {"name", ColumnType::text},
                                        {"host", ColumnType::text}};
    if (options.uncertainty) {
        columns.push_back({"atoms_deviation", ColumnType::number});
    }
    columns.push_back({"physics_deviation", ColumnType::number});
    const std::vector<TableColumn> of_energies = csv_columns(false);
    columns.insert(columns.end(), of_energies.begin(), of_energies.end());
    return columns;
}

/// As screen_columns() has them.
std::string table_lines(const std::vector<EnergyRow>& rows,
                        const std::string& file,
                        std::uint64_t first,
                        const Hosts& hosts,
                        const ScreenOptions& options,
                        const Session& session) {
    const std::size_t n_hosts = hosts.inputs.size();
    const auto deviation_cells = [&](const SystemEnergy& result) {
        if (!result.energy) {
            return std::string(options.uncertainty ? "," : "");
        }
        const double unit = options.unit.value();
        const std::string physics =
            fmt::format("{}", session.parameters.spread.of(*result.energy).total / unit);
        return result.uncertainty ? fmt::format("{},{}", result.uncertainty->total / unit, physics)
                                  : physics;
    };
    std::string lines;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const EnergyRow& row = rows[i];
        lines += fmt::format("{},{},{},{},{},{}\n",
                             csv_text(file),
                             first + i / n_hosts + 1,
                             csv_text(row.complex.name),
                             csv_text(hosts.inputs[i % n_hosts].file),
                             deviation_cells(row.result),
                             csv_cells(row, options.unit, false));
    }
    return lines;
}

/// CBOR has strings of any bytes, unlike JSON.
std::string bytes_of(const Json& json) {
    std::string bytes;
    Json::to_cbor(json, bytes);
    return bytes;
}

/// Records that follow one another in a file of poses, as they go from process to process.
struct Batch {
    std::size_t file = 0;  // index
    double share = 0.0;    // of all that is to be read, at their end
    RecordTexts texts;

    [[nodiscard]] std::string bytes() const {
        return bytes_of({{"file", file},
                         {"share", share},
                         {"format", texts.format},
                         {"first", texts.first},
                         {"texts", texts.texts},
                         {"error", texts.error}});
    }

    static Batch from(const std::string& bytes, const ScreenOptions& options) {
        const Json json = Json::from_cbor(bytes);
        Batch batch;
        batch.file = json.at("file").get<std::size_t>();
        batch.share = json.at("share").get<double>();
        batch.texts.path = options.poses.at(batch.file);
        batch.texts.format = json.at("format").get<std::string>();
        batch.texts.first = json.at("first").get<std::uint64_t>();
        batch.texts.texts = json.at("texts").get<std::vector<std::string>>();
        batch.texts.error = json.at("error").get<std::string>();
        return batch;
    }
};

/// The batches that are left after the state.
class Batches {
public:
    Batches(const ScreenOptions& options, const ScreenState& state)
        : options_(options), file_(state.file), first_record_(state.record) {}

    std::optional<std::string> next() {
        for (; file_ < options_.poses.size(); ++file_, first_record_ = 0, stream_.reset()) {
            if (!stream_) {
                stream_.emplace(options_.poses[file_]);
            }
            while (auto texts = stream_->next(batch_size)) {
                if (texts->first >= first_record_) {
                    const double files = static_cast<double>(file_) + stream_->share_read();
                    const auto all_files = static_cast<double>(options_.poses.size());
                    return Batch{file_, files / all_files, std::move(*texts)}.bytes();
                }
            }
        }
        return std::nullopt;
    }

private:
    const ScreenOptions& options_;
    std::size_t file_;
    std::uint64_t first_record_;  // that is not in the table
    std::optional<RecordStream> stream_;
};

/// What became of a batch, as it goes from process to process.
struct ScreenedBatch {
    std::size_t file = 0;
    double share = 0.0;
    std::uint64_t record = 0;  // behind the last one
    std::uint64_t poses = 0;
    std::uint64_t failed = 0;
    std::string lines;

    [[nodiscard]] std::string bytes() const {
        return bytes_of({{"file", file},
                         {"share", share},
                         {"record", record},
                         {"poses", poses},
                         {"failed", failed},
                         {"lines", lines}});
    }

    static ScreenedBatch from(const std::string& bytes) {
        const Json json = Json::from_cbor(bytes);
        ScreenedBatch batch;
        batch.file = json.at("file").get<std::size_t>();
        batch.share = json.at("share").get<double>();
        batch.record = json.at("record").get<std::uint64_t>();
        batch.poses = json.at("poses").get<std::uint64_t>();
        batch.failed = json.at("failed").get<std::uint64_t>();
        batch.lines = json.at("lines").get<std::string>();
        return batch;
    }
};

ScreenedBatch screened(const Batch& batch,
                       const Hosts& hosts,
                       const ScreenOptions& options,
                       const Session& session) {
    const std::vector<ReadRecord> records = read_records(batch.texts);
    const std::vector<EnergyRow> rows = screened_rows(records, hosts, options, session);
    ScreenedBatch result;
    result.file = batch.file;
    result.share = batch.share;
    result.record = batch.texts.first + records.size();
    result.poses = records.size();
    result.failed = static_cast<std::uint64_t>(std::count_if(
        rows.begin(), rows.end(), [](const EnergyRow& row) { return !row.result.energy; }));
    result.lines =
        table_lines(rows, options.poses[batch.file], batch.texts.first, hosts, options, session);
    return result;
}

/// What a process does with a batch.
Compute screening(const Hosts& hosts, const ScreenOptions& options, const Session& session) {
    return [&](const std::string& batch) {
        return screened(Batch::from(batch, options), hosts, options, session).bytes();
    };
}

/// Screens what is left after the state.
ScreenState screen_rest(const Ranks& ranks,
                        const ScreenOptions& options,
                        const Session& session,
                        const Hosts& hosts,
                        ScreenState state,
                        const Json& conditions) {
    GrowingFile table(options.out.path, state.table_bytes);
    std::string lines;  // that are not in the table yet
    if (state.table_bytes == 0) {
        lines = csv_heading(screen_columns(options)) + '\n';
    }
    Clock::time_point kept;
    const auto keep = [&] {
        table.append(lines);
        lines.clear();
        state.table_bytes = table.size();
        write_state(options.state_path(),
                    screen_state,
                    conditions,
                    {{"file", state.file},
                     {"record", state.record},
                     {"poses", state.poses},
                     {"failed", state.failed},
                     {"table_bytes", state.table_bytes}});
        kept = Clock::now();
    };
    keep();
    Rate rate(state.poses);
    Batches batches(options, state);
    Leader leader;
    leader.conditions = energy_conditions(options, session).dump();
    leader.compute = screening(hosts, options, session);
    leader.next = [&] { return batches.next(); };
    leader.take = [&](const std::string& bytes) {
        const ScreenedBatch batch = ScreenedBatch::from(bytes);
        lines += batch.lines;
        state.file = batch.file;
        state.record = batch.record;
        state.poses += batch.poses;
        state.failed += batch.failed;
        if (Clock::now() > kept + between_states) {
            keep();
        }
        rate.show(state.poses, batch.share);
    };
    lead(ranks, leader);
    state.file = options.poses.size();
    state.record = 0;
    keep();
    rate.clear();
    return state;
}

/// What a process does that is not the first.
void follow_screen(const Ranks& ranks, const ScreenOptions& options) {
    std::optional<Session> session;
    Hosts hosts;
    follow(ranks, [&]() -> Follower {
        session.emplace(options.model);
        use_cache(options, *session);
        std::vector<std::string> said_by_the_first;
        hosts = read_hosts(options, *session, said_by_the_first);
        return {energy_conditions(options, *session).dump(), screening(hosts, options, *session)};
    });
}

void run_screen(const Ranks& ranks, const ScreenOptions& options) {
    const bool as_parquet = !options.parquet.path.empty();
    if (as_parquet && !has_parquet_writer()) {
        throw InputError(
            "--parquet: this keesom was built without Apache Arrow, which "
            "-DKEESOM_WITH_PARQUET=ON adds");
    }
    std::vector<std::filesystem::path> inputs = files_of(options.model);
    const std::vector<std::string> host_files = options.hosts();
    inputs.insert(inputs.end(), host_files.begin(), host_files.end());
    inputs.insert(inputs.end(), options.poses.begin(), options.poses.end());
    OutputOptions out = options.out;
    out.replace = out.replace || options.resume;
    OutputOptions state_file = out;
    state_file.path = options.state_path().string();
    OutputOptions parquet = options.parquet;
    parquet.replace = parquet.replace || options.resume;
    require_outputs({out, state_file, parquet}, inputs);
    for (const std::string& file : options.poses) {
        const RecordStream stream(file);  // that it can be opened
    }
    std::vector<std::string> warnings;
    Session session(options.model);
    append_model_warning(session, warnings);
    use_cache(options, session);
    const Json conditions = screen_conditions(options, session);
    ScreenState state;
    if (options.resume) {
        state = read_screen_state(options.state_path(), conditions);
    }
    const Hosts hosts = read_hosts(options, session, warnings);
    state = screen_rest(ranks, options, session, hosts, state, conditions);
    if (as_parquet) {
        write_parquet(options.out.path,
                      screen_columns(options),
                      {{"keesom", KEESOM_VERSION}, {"energy_unit", options.unit.name}},
                      options.parquet.path);
    }
    const std::size_t n_hosts = hosts.inputs.size();
    const std::string beside = n_hosts == 1
                                   ? fmt::format("{} poses, {}", state.poses, state.failed)
                                   : fmt::format("{} poses beside {} hosts, {} of {} lines",
                                                 state.poses,
                                                 n_hosts,
                                                 state.failed,
                                                 state.poses * n_hosts);
    fmt::print("{}\n\n{} without an energy; energies in {} in {}{}\n",
               session.headline(),
               beside,
               options.unit.name,
               options.out.path,
               as_parquet ? " and " + options.parquet.path : "");
    print_warnings(warnings);
}

}  // namespace

void add_screen(CLI::App& app, const Ranks& ranks) {
    auto options = std::make_shared<ScreenOptions>();
    CLI::App* verb = app.add_subcommand("screen", "Energies of any number of poses beside a host");
    add_input_options(*verb, options->host);
    verb->get_option("FILE")->expected(2, CLI::detail::expected_max_vector_size);
    verb->get_option("FILE")->description(
        "The host, a file of one or more molecules, and behind it\n"
        "files of poses, a pose each record, in its coordinates");
    verb->add_option("--host",
                     options->other_hosts,
                     "One more host that each pose is computed beside, a shape of a\n"
                     "receptor in the same coordinates; can be given again")
        ->take_all()
        ->expected(1);
    add_model_options(*verb, options->model);
    add_unit_option(*verb, options->unit);
    add_output_options(*verb, "--out", "Write a line for each pose to this CSV file", options->out)
        ->required();
    add_output_options(*verb,
                       "--parquet",
                       "Write the table, once all poses are in it, to this Parquet\n"
                       "file too",
                       options->parquet);
    verb->add_option("--reach",
                     options->reach,
                     "Å: host atoms farther than this from all atoms of a pose neither polarize\n"
                     "nor take part in many-body dispersion; for hosts of hundreds of atoms")
        ->check(CLI::PositiveNumber);
    verb->add_flag("--uncertainty",
                   options->uncertainty,
                   "Add the standard deviation that errors of the predicted atoms give\n"
                   "each energy; takes several times as long");
    verb->add_option("--cache",
                     options->cache,
                     "Folder of predicted molecules: those in it are read, others\n"
                     "are added, for this and for other screenings");
    verb->add_flag("--resume", options->resume, "Go on with the table where it ends");
    verb->add_flag("--mpi",
                   options->mpi,
                   "Share the poses with the other processes of an mpirun,\nalso on other nodes");
    add_help(
        *verb,
        "Poses are read some at a time from sdf, mol2 and xyz files of any length, plain or "
        "gzip; other\nformats are read whole. Their charges come from the file, or are assumed "
        "to be 0; --fragments\nand --charges are those of each host. A pose has a line for each "
        "host, in their order; one\nthat cannot be computed is a line with an error.\nBeside the "
        "table, FILE.state holds what --resume goes on from.\nmpirun -np N keesom screen --mpi ... "
        "takes N processes for one table; all read the hosts and the\nmodel, the first alone the "
        "poses.\n",
        "keesom screen pocket.pdb ligands.sdf --out energies.csv");
    verb->callback([options, &ranks] {
        if (options->mpi && !Ranks::are_available()) {
            throw InputError(
                "--mpi: this keesom was built without MPI, which -DKEESOM_WITH_MPI=ON adds");
        }
        options->poses.assign(options->host.files.begin() + 1, options->host.files.end());
        options->host.files.resize(1);
        if (ranks.rank() == 0) {
            run_screen(ranks, *options);
        } else {
            follow_screen(ranks, *options);
        }
    });
}

}  // namespace keesom::apps
