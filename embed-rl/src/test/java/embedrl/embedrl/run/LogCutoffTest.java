package embedrl.embedrl.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogCutoffTest {
    @TempDir
    private Path folder;
    private RunDirectory run;

    @BeforeEach
    void open() {
        run = new RunDirectory(folder);
    }

    @Test
    void stepsAfterTheCheckpointAndHalfALineGo() throws IOException {
        String kept = MetricsLog.HEADER + "\n1.0,warmup,9,loss,0.5\n2.0,egrl,1,reward,0.1\n2.0,egrl,1,\"a,b\",0.1\n3.0,egrl,2,reward,0.2\n";
        Files.writeString(run.metrics(), kept + "4.0,egrl,3,reward,0.3\n4.0,egrl,3,los");
        Files.writeString(run.completions(), "{\"step\":1}\n{\"step\":2,\"completion\":\"\\n\"}\n{\"step\":3}\n{\"ste");
        LogCutoff.after(run, "egrl", 2);
        assertThat(run.metrics()).hasContent(kept);
        assertThat(Files.readString(run.completions())).isEqualTo("{\"step\":1}\n{\"step\":2,\"completion\":\"\\n\"}\n");
    }

    @Test
    void logsThatEndAtTheCheckpointStayAsTheyAre() throws IOException {
        Files.writeString(run.metrics(), MetricsLog.HEADER + "\n2.0,egrl,1,reward,0.1\n");
        var time = FileTime.fromMillis(1000);
        Files.setLastModifiedTime(run.metrics(), time);
        LogCutoff.after(run, "egrl", 1);
        assertThat(Files.getLastModifiedTime(run.metrics())).isEqualTo(time);
        assertThat(run.completions()).doesNotExist();
    }
}
