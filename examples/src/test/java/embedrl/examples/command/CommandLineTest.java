package embedrl.examples.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class CommandLineTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(String... arguments) {
        return CommandLines.standard(new PrintStream(out, true, StandardCharsets.UTF_8), new PrintStream(err, true, StandardCharsets.UTF_8)).execute(arguments);
    }

    private String printed() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String complained() {
        return err.toString(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "docter         | embedrl: unknown command 'docter'; did you mean doctor? (see embedrl --help)",
        "--hlp          | embedrl: unknown option '--hlp'; did you mean --help? (see embedrl --help)",
        "zzz            | embedrl: unknown command 'zzz' (see embedrl --help)",
        "parity --devic=cpu . | embedrl parity: unknown option '--devic'; did you mean --device? (see embedrl parity --help)",
        "doctor extra   | embedrl doctor: unknown argument 'extra' (see embedrl doctor --help)",
        "parity         | embedrl parity: Missing required parameter: 'FOLDER' (see embedrl parity --help)",
        "quickstart --sede 3 | embedrl quickstart: unknown option '--sede'; did you mean --seed? (see embedrl quickstart --help)",
        "quickstart --data clipart | embedrl quickstart: Invalid value for option '--data': 'clipart' is unknown; known are icons, fluent-emoji (see embedrl quickstart --help)",
        "data | embedrl data: a command is missing: list or get (see embedrl data --help)",
        "parity --threads=x . | embedrl parity: Invalid value for option '--threads': 'x' is not an int (see embedrl parity --help)",
    })
    void aWrongCommandLineIsOneLineAndExits2(String line, String message) {
        assertThat(run(line.split(" "))).isEqualTo(2);
        assertThat(complained()).isEqualTo(message + System.lineSeparator());
        assertThat(printed()).isEmpty();
    }

    @Test
    void noCommandExits2() {
        assertThat(run()).isEqualTo(2);
        assertThat(complained()).contains("a command is missing");
    }

    @Test
    void helpNamesEveryCommandAndEveryExitCode() {
        assertThat(run("--help")).isZero();
        assertThat(printed()).contains("doctor", "parity");
        for (ExitCode code : ExitCode.values()) {
            assertThat(printed()).containsPattern("(?m)^  " + code.code() + " +" + code.meaning().split(" ")[0]);
        }
    }

    @Test
    void everyCommandHasAHelpText() {
        for (CommandLine command : CommandLines.standard(System.out, System.err).getSubcommands().values()) {
            String name = command.getCommandName();
            assertThat(run(name, "--help")).as(name).isZero();
            assertThat(printed()).contains("Usage: embedrl " + name);
        }
    }

    @Test
    void versionIsTheOneOfTheBuild() {
        assertThat(run("--version")).isZero();
        assertThat(printed().strip()).matches("embedrl \\d+\\.\\d+\\.\\d+(-SNAPSHOT)?");
    }

    @Test
    void aMissingFolderExits66WithoutAStackTrace() {
        assertThat(run("parity", "no/such/folder")).isEqualTo(66);
        assertThat(complained().lines()).containsExactly("embedrl parity: no such file or folder: " + Path.of("no/such/folder"));
    }

    @Test
    void verboseAddsTheStackTraceWhereverItStands() {
        assertThat(run("parity", "--verbose", "no/such/folder")).isEqualTo(66);
        assertThat(complained()).contains("NoSuchFileException", "\tat ");
        err.reset();
        assertThat(run("--verbose", "parity", "no/such/folder")).isEqualTo(66);
        assertThat(complained()).contains("\tat ");
    }

    @Test
    void aFolderWithoutCasesIsAMissingInput(@TempDir Path folder) {
        assertThat(run("parity", folder.toString())).isEqualTo(66);
        assertThat(complained()).contains("no case.json below " + folder);
    }

    @Test
    void anUnknownDeviceIsNamed(@TempDir Path folder) throws Exception {
        Files.writeString(Files.createDirectories(folder.resolve("a")).resolve("case.json"), "{}");
        assertThat(run("parity", "--device", "abacus", folder.toString())).isEqualTo(2);
        assertThat(complained()).contains("device 'abacus' is unknown; known are reference");
    }

    @Test
    void anUnknownKindFailsTheCase(@TempDir Path folder) throws Exception {
        Files.writeString(Files.createDirectories(folder.resolve("a")).resolve("case.json"), "{\"kind\": \"telepathy\", \"inputs\": {}, \"expected\": {}}");
        assertThat(run("parity", "--device", "reference", folder.toString())).isEqualTo(1);
        assertThat(printed().lines().toList().getLast()).isEqualTo("0 passed, 1 failed");
        assertThat(printed()).contains("telepathy", "FAIL");
    }

    @Test
    void doctorLooksAtEverything() {
        int code = run("doctor");
        assertThat(printed()).contains("jdk", "vector api", "processor", "memory", "device       reference", "fonts", "folder", "maven", "npm");
        List<String> marks = printed().lines().filter(line -> !line.startsWith(" ")).map(line -> line.substring(0, 2)).toList();
        assertThat(marks.subList(0, marks.size() - 1)).isSubsetOf("ok", "--", "!!");
        assertThat(code).isEqualTo(marks.contains("!!") ? 1 : 0);
    }

    @Test
    void settingsOfAStudyAreCheckedByName(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("settings.json");
        String out = folder.resolve("out").toString();
        Files.writeString(file, "{\"rlStep\": 3}");
        assertThat(run("quickstart", "--config", file.toString(), "--out", out)).isEqualTo(65);
        assertThat(complained()).contains("unknown setting 'rlStep'; did you mean 'rlSteps'?");
        Files.writeString(file, "{\"rlSteps\": \"many\"}");
        assertThat(run("quickstart", "--config", file.toString(), "--out", out)).isEqualTo(65);
        Files.writeString(file, "{\"rlSteps\": ");
        assertThat(run("quickstart", "--config", file.toString(), "--out", out)).isEqualTo(65);
        Files.writeString(file, "[]");
        assertThat(run("quickstart", "--config", file.toString(), "--out", out)).isEqualTo(65);
        assertThat(run("quickstart", "--config", folder.resolve("none.json").toString(), "--out", out)).isEqualTo(66);
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @Test
    void aForeignFolderIsNotWrittenTo(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("mine.txt"), "mine");
        assertThat(run("quickstart", "--device", "reference", "--out", folder.toString())).isEqualTo(73);
        assertThat(complained().lines()).containsExactly("embedrl quickstart: " + folder + ": is not empty; choose another folder, so that no file of yours is overwritten");
        assertThat(folder).isDirectoryNotContaining(file -> !file.endsWith("mine.txt"));
    }

    @Test
    void dataSetsAreListedAndUnknownOnesRefused() {
        assertThat(run("data", "list")).isZero();
        assertThat(printed()).contains("icons", "fluent-emoji", "MIT");
        assertThat(run("data", "get", "clipart")).isEqualTo(2);
        assertThat(complained()).contains("data set 'clipart' is unknown; fluent-emoji can be fetched");
    }

    @Test
    void nearestNameCountsChangedLetters() {
        assertThat(NearestName.distance("docter", "doctor")).isEqualTo(1);
        assertThat(NearestName.distance("ot", "to")).isEqualTo(1);
        assertThat(NearestName.distance("", "abc")).isEqualTo(3);
        assertThat(NearestName.nearest("--sede", Arrays.asList("--seed", "--steps"))).contains("--seed");
        assertThat(NearestName.nearest("--everything", Arrays.asList("--seed", "--out"))).isEmpty();
    }
}
