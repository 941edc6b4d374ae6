package embedrl.examples.command;

import static org.assertj.core.api.Assertions.assertThat;

import embedrl.nn.checkpoint.SafetensorsException;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

class FailureTextTest {

    @Test
    void aMissingFileIs66EvenInsideAnUncheckedException() {
        assertThat(FailureText.of(new UncheckedIOException(new NoSuchFileException("a.bin")))).isEqualTo(new FailureText(ExitCode.NO_INPUT, "no such file or folder: a.bin"));
    }

    @Test
    void aFullDiskIs74() {
        FailureText text = FailureText.of(new FileSystemException("model.safetensors", null, "No space left on device"));
        assertThat(text).isEqualTo(new FailureText(ExitCode.IO_ERROR, "input or output failed: model.safetensors: No space left on device"));
        assertThat(FailureText.of(new IOException("Disk quota exceeded")).exitCode()).isEqualTo(ExitCode.IO_ERROR);
    }

    @Test
    void whatCannotBeWrittenIs73() {
        assertThat(FailureText.of(new AccessDeniedException("/out"))).isEqualTo(new FailureText(ExitCode.CANNOT_CREATE, "permission denied: /out"));
        assertThat(FailureText.of(new FileSystemException("/out", null, "Read-only file system")).exitCode()).isEqualTo(ExitCode.CANNOT_CREATE);
    }

    @Test
    void aReasonThatAnExceptionGivesIsKept() {
        assertThat(FailureText.of(new FileAlreadyExistsException("runs/a", null, "holds a run already"))).isEqualTo(new FailureText(ExitCode.CANNOT_CREATE, "runs/a: holds a run already"));
        assertThat(FailureText.of(new NoSuchFileException("runs/a", null, "no run"))).isEqualTo(new FailureText(ExitCode.NO_INPUT, "runs/a: no run"));
    }

    @Test
    void brokenContentIs65() {
        assertThat(FailureText.of(new SafetensorsException("m.safetensors: header\nends early"))).isEqualTo(new FailureText(ExitCode.BAD_DATA, "m.safetensors: header; ends early"));
        assertThat(FailureText.of(new EOFException()).exitCode()).isEqualTo(ExitCode.BAD_DATA);
        FailureText json = FailureText.of(org.assertj.core.api.Assertions.catchThrowableOfType(JacksonException.class, () -> JsonMapper.shared().readTree("{\n \"a\": tru }")));
        assertThat(json.exitCode()).isEqualTo(ExitCode.BAD_DATA);
        assertThat(json.message()).startsWith("broken JSON: ").contains("line 2");
    }

    @Test
    void aDefectNamesItselfAndTheWayToTheStackTrace() {
        assertThat(FailureText.of(new IllegalStateException("x\ny"))).isEqualTo(new FailureText(ExitCode.INTERNAL,
                "internal error: IllegalStateException: x; y; run again with --verbose for the stack trace"));
        assertThat(FailureText.of(new NullPointerException()).exitCode()).isEqualTo(ExitCode.INTERNAL);
    }

    @Test
    void outOfMemoryNamesTheLimitAndTheOption() {
        FailureText text = FailureText.of(new OutOfMemoryError("Java heap space"));
        assertThat(text.exitCode()).isEqualTo(ExitCode.INTERNAL);
        assertThat(text.message()).contains("Java heap space", "heap limit", "EMBEDRL_OPTS=-Xmx");
    }
}
