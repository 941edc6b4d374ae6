package embedrl.nn;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * Compiled things by the sizes that they were compiled for, of which only the most recently used stay; the others are closed. The one that was used last
 * always stays, however large it is. Not for several threads.
 */
public final class RecentPrograms<K, P> implements AutoCloseable {
    private final int most;
    private final long mostBytes;
    private final ToLongFunction<? super P> bytes;
    private final Map<K, P> programs = new LinkedHashMap<>(16, 0.75f, true);
    private final Consumer<? super P> closing;
    private long held;

    /** Keeps at most so many; closing is what closes one. */
    public RecentPrograms(int most, Consumer<? super P> closing) {
        this(most, Long.MAX_VALUE, _ -> 0, closing);
    }

    /**
     * Keeps at most so many, and no more than they may hold together.
     *
     * @param mostBytes bound on the sum of what they hold
     * @param bytes     what one holds beside the executor's shared memory, such as its caches
     * @param closing   what closes one
     */
    public RecentPrograms(int most, long mostBytes, ToLongFunction<? super P> bytes, Consumer<? super P> closing) {
        if (most < 1) throw new IllegalArgumentException("programs: at least one must stay, got a limit of " + most);
        this.most = most;
        this.mostBytes = mostBytes;
        this.bytes = bytes;
        this.closing = closing;
    }

    /** The program of a key, compiled when it is not here. */
    public P get(K key, Function<? super K, ? extends P> compile) {
        P found = programs.get(key);
        if (found != null) return found;
        P compiled = compile.apply(key);
        programs.put(key, compiled);
        held += bytes.applyAsLong(compiled);
        while (programs.size() > 1 && (programs.size() > most || held > mostBytes)) remove(programs.keySet().iterator().next());
        return compiled;
    }

    /** Closes the program of a key, if it is here. */
    public void remove(K key) {
        P program = programs.remove(key);
        if (program == null) return;
        held -= bytes.applyAsLong(program);
        closing.accept(program);
    }

    public int size() {
        return programs.size();
    }

    @Override
    public void close() {
        while (!programs.isEmpty()) remove(programs.keySet().iterator().next());
    }
}
