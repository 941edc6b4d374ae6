package embedrl.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Peers on the JVM with a class path of their own, beside the benchmarks': folder benchmarks/peers/jvm, which benchmarks/run builds where its libraries can be fetched. */
final class JvmPeers {
    private static final String MAIN = "embedrl.benchmarks.JvmPeerMain";

    private JvmPeers() {
    }

    static boolean runs(String side) {
        return side.contains("-jlama") || side.endsWith("-nd4j");
    }

    static String mainClass() {
        return MAIN;
    }

    /** Class folders of the peers, then the libraries. */
    static String classPath(Path home) throws IOException, PeerMissing {
        Path target = home.resolve("benchmarks/peers/jvm/target");
        Path libraries = target.resolve("classpath.txt");
        if (!Files.isReadable(libraries)) throw new PeerMissing("its libraries could not be fetched; see benchmarks/target/peers.log");
        return target.resolve("classes") + java.io.File.pathSeparator + Files.readString(libraries).strip();
    }
}
