package embedrl.examples.command;

import static org.assertj.core.api.Assertions.assertThat;

import embedrl.tensor.tornado.TornadoProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TornadoSdkTest {
    @TempDir
    private Path home;

    private String first() {
        return TornadoSdk.findings(home.toString(), new TornadoProvider()).getFirst().text();
    }

    private void jars(String... names) throws IOException {
        Path folder = Files.createDirectories(home.resolve("share/java/tornado"));
        for (String name : names) Files.createFile(folder.resolve(name));
    }

    @Test
    void namesEachBackendOnce() throws IOException {
        jars("tornado-api-5.2.0-jdk25.jar", "tornado-drivers-common-5.2.0-jdk25.jar", "tornado-drivers-opencl-5.2.0-jdk25.jar", "tornado-drivers-opencl-jni-5.2.0-jdk25-libs.jar");
        assertThat(first()).isEqualTo("SDK 5.2.0-jdk25 in " + home + ", backends [opencl]");
        jars("tornado-drivers-ptx-5.2.0-jdk25.jar", "tornado-drivers-ptx-jni-5.2.0-jdk25-libs.jar");
        assertThat(first()).endsWith("backends [opencl, ptx]");
    }

    @Test
    void aFolderWithoutJarsIsNoSdk() {
        assertThat(first()).isEqualTo("TORNADOVM_HOME is " + home + ", which holds no SDK (no share/java/tornado)");
    }
}
