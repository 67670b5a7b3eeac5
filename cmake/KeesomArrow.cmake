# Finds Apache Arrow with Parquet: as a package of CMake, as distributions, conda and Arrow's own
# repositories have it, or else within the pyarrow of Python_EXECUTABLE, whose wheels bring headers
# and libraries, the latter with nothing but their versions as names.
find_package(Arrow CONFIG QUIET)
find_package(Parquet CONFIG QUIET)
if(NOT TARGET Arrow::arrow_shared OR NOT TARGET Parquet::parquet_shared)
    find_package(Python 3.9 REQUIRED COMPONENTS Interpreter)
    execute_process(
        COMMAND "${Python_EXECUTABLE}" -c
                "import pyarrow; print(pyarrow.get_include(), pyarrow.get_library_dirs()[0], pyarrow.__version__, sep=';')"
        OUTPUT_VARIABLE pyarrow
        OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
    if(NOT pyarrow)
        message(FATAL_ERROR "KEESOM_WITH_PARQUET needs Apache Arrow: its packages for CMake (Arrow and "
                            "Parquet), or pyarrow for ${Python_EXECUTABLE} (-DPython_EXECUTABLE=…)")
    endif()
    list(POP_FRONT pyarrow include_dir library_dir version)
    set(packages Arrow Parquet)
    set(libraries arrow parquet)
    foreach(package library IN ZIP_LISTS packages libraries)
        file(GLOB files "${library_dir}/lib${library}.so.*")
        list(LENGTH files n_files)
        if(NOT n_files EQUAL 1)
            message(FATAL_ERROR "pyarrow ${version} has ${n_files} lib${library}.so.* in ${library_dir}, expected one")
        endif()
        add_library(${package}::${library}_shared SHARED IMPORTED)
        set_target_properties(
            ${package}::${library}_shared
            PROPERTIES IMPORTED_LOCATION "${files}" INTERFACE_INCLUDE_DIRECTORIES "${include_dir}")
    endforeach()
    set(KEESOM_ARROW_IN_PYARROW TRUE)
    message(STATUS "Apache Arrow ${version} of pyarrow: ${library_dir}")
endif()
