package embedrl.benchmarks;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BOOLEAN;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.StructLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The functions of llama.cpp's C interface that decoding needs. Its structures of parameters grow from version to version: they are passed with room to spare,
 * filled by the library's own defaults, and only the first four numbers of a context's are changed, which the library is then asked for.
 */
final class LlamaLibrary {
    /** More than any version's parameters take; as arguments these structures lie on the stack, where the callee reads as much as it knows. */
    private static final StructLayout PARAMETERS = MemoryLayout.structLayout(MemoryLayout.sequenceLayout(64, JAVA_LONG));

    private static final StructLayout BATCH = MemoryLayout.structLayout(JAVA_INT, MemoryLayout.paddingLayout(4), ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS, ADDRESS);

    private final SymbolLookup llama;
    private final MethodHandle decode;
    private final MethodHandle logits;
    private final MethodHandle remove;
    private final MethodHandle memory;

    /** Arrays of one token each of some sequences, and the structure that names them. */
    record Batch(int sequences, MemorySegment struct, MemorySegment tokens, MemorySegment positions) {
    }

    private LlamaLibrary(SymbolLookup llama) {
        this.llama = llama;
        decode = handle("llama_decode", FunctionDescriptor.of(JAVA_INT, ADDRESS, BATCH));
        logits = handle("llama_get_logits", FunctionDescriptor.of(ADDRESS, ADDRESS));
        remove = handle("llama_memory_seq_rm", FunctionDescriptor.of(JAVA_BOOLEAN, ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT));
        memory = handle("llama_get_memory", FunctionDescriptor.of(ADDRESS, ADDRESS));
    }

    /** narrow: with the kernels for AVX2 instead of the best that the processor has. */
    static LlamaLibrary open(Path folder, boolean narrow) throws PeerMissing {
        try {
            SymbolLookup ggml = SymbolLookup.libraryLookup(library(folder, "ggml"), Arena.global());
            LlamaLibrary library = new LlamaLibrary(SymbolLookup.libraryLookup(library(folder, "llama"), Arena.global()));
            Path kernels = folder.resolve("libggml-cpu-haswell.so").toAbsolutePath();
            if (narrow && !Files.exists(kernels)) throw new PeerMissing("kept to AVX2, it needs " + kernels);
            String loader = narrow ? "ggml_backend_load" : "ggml_backend_load_all_from_path";
            MethodHandle load = Linker.nativeLinker().downcallHandle(ggml.findOrThrow(loader), narrow ? FunctionDescriptor.of(ADDRESS, ADDRESS) : FunctionDescriptor.ofVoid(ADDRESS));
            MemorySegment from = Arena.global().allocateFrom((narrow ? kernels : folder.toAbsolutePath()).toString());
            if (narrow) call(() -> (MemorySegment) load.invokeExact(from));
            else call(() -> {
                load.invokeExact(from);
                return null;
            });
            return library;
        } catch (IOException | RuntimeException failure) {
            throw new PeerMissing("cannot be loaded from " + folder + ": " + failure.getMessage());
        }
    }

    /** libNAME.so, with a version before or after the ending. */
    private static Path library(Path folder, String name) throws IOException, PeerMissing {
        try (var files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().matches("lib" + name + "(\\.v?\\d[\\d.]*)?\\.so(\\.[\\d.]+)?")).sorted().findFirst()
                    .map(Path::toAbsolutePath).orElseThrow(() -> new PeerMissing("no lib" + name + ".so in " + folder));
        }
    }

    /** A context for a model; the file can be deleted then. */
    MemorySegment load(Path file, int rows, int sequences, int threads) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment modelParameters = defaults("llama_model_default_params", arena);
            MethodHandle load = handle("llama_model_load_from_file", FunctionDescriptor.of(ADDRESS, ADDRESS, PARAMETERS));
            MemorySegment path = arena.allocateFrom(file.toString());
            MemorySegment model = call(() -> (MemorySegment) load.invokeExact(path, modelParameters));
            check(model.address() != 0, "cannot load the model");
            MemorySegment parameters = defaults("llama_context_default_params", arena);
            parameters.setAtIndex(JAVA_INT, 0, rows);
            parameters.setAtIndex(JAVA_INT, 3, sequences);
            MethodHandle open = handle("llama_init_from_model", FunctionDescriptor.of(ADDRESS, ADDRESS, PARAMETERS));
            MemorySegment context = call(() -> (MemorySegment) open.invokeExact(model, parameters));
            check(context.address() != 0, "cannot open a context");
            for (String name : new String[] {"llama_n_ctx", "llama_n_seq_max"}) {
                MethodHandle get = handle(name, FunctionDescriptor.of(JAVA_INT, ADDRESS));
                int wanted = name.equals("llama_n_ctx") ? rows : sequences;
                int got = call(() -> (int) get.invokeExact(context));
                check(got == wanted, name + " is " + got + " instead of " + wanted + ": this version's parameters are others");
            }
            MethodHandle count = handle("llama_set_n_threads", FunctionDescriptor.ofVoid(ADDRESS, JAVA_INT, JAVA_INT));
            call(() -> {
                count.invokeExact(context, threads, threads);
                return null;
            });
            return context;
        }
    }

    private MemorySegment defaults(String function, Arena arena) {
        MethodHandle get = handle(function, FunctionDescriptor.of(PARAMETERS));
        return call(() -> (MemorySegment) get.invokeExact((SegmentAllocator) arena));
    }

    /** A batch with a token of each sequence, whose logits are all wanted. */
    Batch batch(int sequences, Arena arena) {
        MemorySegment struct = arena.allocate(BATCH);
        MemorySegment tokens = arena.allocate(JAVA_INT, sequences);
        MemorySegment positions = arena.allocate(JAVA_INT, sequences);
        MemorySegment counts = arena.allocate(JAVA_INT, sequences);
        MemorySegment ids = arena.allocate(ADDRESS, sequences);
        MemorySegment wanted = arena.allocate(JAVA_BYTE, sequences);
        for (int s = 0; s < sequences; s++) {
            counts.setAtIndex(JAVA_INT, s, 1);
            ids.setAtIndex(ADDRESS, s, arena.allocateFrom(JAVA_INT, s));
            wanted.set(JAVA_BYTE, s, (byte) 1);
        }
        struct.set(JAVA_INT, 0, sequences);
        MemorySegment[] fields = {tokens, MemorySegment.NULL, positions, counts, ids, wanted};
        for (int f = 0; f < fields.length; f++) struct.setAtIndex(ADDRESS, f + 1, fields[f]);
        return new Batch(sequences, struct, tokens, positions);
    }

    void decode(MemorySegment context, Batch batch, int[] tokens, int row) {
        MemorySegment.copy(tokens, 0, batch.tokens, JAVA_INT, 0, batch.sequences);
        for (int s = 0; s < batch.sequences; s++) batch.positions.setAtIndex(JAVA_INT, s, row);
        int result = call(() -> (int) decode.invokeExact(context, batch.struct));
        check(result == 0, "llama_decode answers " + result);
    }

    /** Copies the last batch's logits. */
    void logits(MemorySegment context, float[] to) {
        MemorySegment from = call(() -> (MemorySegment) logits.invokeExact(context));
        MemorySegment.copy(from.reinterpret(4L * to.length), JAVA_FLOAT, 0, to, 0, to.length);
    }

    /** Takes the rows from one on out of the cache of all sequences. */
    void forget(MemorySegment context, int row) {
        MemorySegment cache = call(() -> (MemorySegment) memory.invokeExact(context));
        check(call(() -> (boolean) remove.invokeExact(cache, -1, row, -1)), "cannot go back to row " + row);
    }

    String version() {
        return llama.find("llama_version").map(function -> {
            MethodHandle get = Linker.nativeLinker().downcallHandle(function, FunctionDescriptor.of(ADDRESS));
            return call(() -> (MemorySegment) get.invokeExact()).reinterpret(Long.MAX_VALUE).getString(0);
        }).orElse("of an unknown version");
    }

    private MethodHandle handle(String name, FunctionDescriptor type) {
        return Linker.nativeLinker().downcallHandle(llama.find(name).orElseThrow(() -> new DecodeSide.Unable("its library has no " + name)), type);
    }

    private static void check(boolean holds, String message) {
        if (!holds) throw new DecodeSide.Unable(message);
    }

    private static <T> T call(ForeignCall<T> call) {
        return ForeignCall.of("llama.cpp", call);
    }
}
