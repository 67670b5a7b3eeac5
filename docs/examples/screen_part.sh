#!/bin/bash
#SBATCH --cpus-per-task=16
#SBATCH --requeue
# sbatch --array=0-9 screen_part.sh HOST: one task for each of part-0.sdf to part-9.sdf
set -euo pipefail
part=part-$SLURM_ARRAY_TASK_ID
export OMP_NUM_THREADS=${SLURM_CPUS_PER_TASK:-1}
again=()
if [[ -e $part.csv.state ]]; then
    again=(--resume)
fi
keesom screen "$1" "$part.sdf" "${again[@]}" --out "$part.csv"
