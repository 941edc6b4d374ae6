package embedrl.examples;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Holds the arrows between the modules and the rules of the house. */
class ArchitectureTest {
    /** The modules that each module may see; the same as in its pom, so that a new dependency is a decision. */
    private static final Map<String, List<String>> SEES = Map.of(
            "tensor", List.of(),
            "autograd", List.of("tensor"),
            "nn", List.of("tensor", "autograd"),
            "models", List.of("tensor", "autograd", "nn"),
            "datasets", List.of("tensor", "autograd", "nn", "models"),
            "embedrl", List.of("tensor", "autograd", "nn", "models", "datasets"),
            "examples", List.of("tensor", "autograd", "nn", "models", "datasets", "embedrl"));
    private static final int LONGEST_FILE = 500;
    private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
    private static final Pattern EMPTY_CATCH = Pattern.compile("catch\\s*\\([^)]*\\)\\s*\\{\\s*\\}");
    /** The files that may catch everything, and why. */
    private static final Map<String, String> CATCH_EVERYTHING = Map.of(
            "tensor/src/main/java/embedrl/tensor/vector/WorkPool.java", "carries a failure to the thread that waits, which throws it",
            "models/src/main/java/embedrl/models/media/Decoding.java", "decoders of damaged files throw unchecked exceptions of many kinds; each becomes a MediaException",
            "benchmarks/src/main/java/embedrl/benchmarks/ForeignCall.java", "a method handle declares that it throws everything; each becomes an IllegalStateException",
            "examples/src/main/java/embedrl/examples/parity/ParityRunner.java", "one broken case is a failure of that case; the others still run");
    private static final Pattern BROAD_CATCH = Pattern.compile("catch\\s*\\(\\s*(final\\s+)?(Exception|Throwable)\\s");

    private static JavaClasses classes;
    private static List<Path> sources;

    @BeforeAll
    static void read() throws IOException {
        classes = new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests()).importPackages("embedrl");
        try (Stream<Path> paths = Files.walk(ROOT, 32)) {
            sources = paths.filter(path -> path.toString().endsWith(".java") && path.toString().replace('\\', '/').contains("/src/"))
                    .filter(path -> !path.toString().contains("target")).sorted().toList();
        }
    }

    @Test
    void everyModuleIsUnderTest() {
        assertThat(classes.stream().map(ArchitectureTest::module).collect(Collectors.toSet())).containsAll(SEES.keySet());
        assertThat(sources).hasSizeGreaterThan(100);
    }

    @ParameterizedTest
    @ValueSource(strings = {"tensor", "autograd", "nn", "models", "datasets", "embedrl", "examples"})
    void aModuleSeesOnlyThoseBelowIt(String module) {
        String[] forbidden = SEES.keySet().stream().filter(other -> !other.equals(module) && !SEES.get(module).contains(other)).map(other -> "embedrl." + other + "..")
                .toArray(String[]::new);
        if (forbidden.length == 0) {
            assertThat(module).isEqualTo("examples");
            return;
        }
        noClasses().that().resideInAPackage("embedrl." + module + "..").should().dependOnClassesThat().resideInAnyPackage(forbidden).check(classes);
    }

    @Test
    void everyClassLivesInThePackageOfItsModule() {
        classes().that().resideInAPackage("embedrl..").should().resideInAnyPackage(SEES.keySet().stream().map(module -> "embedrl." + module + "..").toArray(String[]::new)).check(classes);
    }

    @Test
    void onlyItsOwnRootsSeeTornadoVm() throws IOException {
        for (Path source : sources)
            if (Files.readString(source).contains("import uk.ac." + "manchester.tornado"))
                assertThat(ROOT.relativize(source).toString().replace('\\', '/')).startsWith("tensor/src/tornado");
    }

    @Test
    void onlyTheCommandLineTalksToTheProcess() {
        noClasses().that().resideOutsideOfPackage("embedrl.examples..").should().callMethod(System.class, "exit", int.class)
                .orShould().callMethod(System.class, "getenv", String.class).orShould().callMethod(System.class, "getenv")
                .orShould().callMethod(System.class, "getProperty", String.class).orShould().callMethod(System.class, "getProperty", String.class, String.class)
                .orShould().callMethod(System.class, "setProperty", String.class, String.class).orShould().callMethod(Integer.class, "getInteger", String.class)
                .orShould().callMethod(Boolean.class, "getBoolean", String.class).orShould().accessField(System.class, "out").orShould().accessField(System.class, "err")
                .because("configuration comes by argument and output goes to listeners").check(classes);
    }

    @Test
    void randomnessComesByArgument() {
        noClasses().should().callConstructor(Random.class).orShould().callConstructor(Random.class, long.class).orShould().callMethod(Math.class, "random")
                .because("a run is repeated from its seed").check(classes);
    }

    @Test
    void namesSayWhatAClassIs() {
        noClasses().should().haveNameMatching(".*(Impl|Utils?|Manager|Helper)").check(classes);
    }

    @Test
    void noCatchBlockIsEmpty() throws IOException {
        assertThat(matches(EMPTY_CATCH, "main")).isEmpty();
    }

    @Test
    void codeCatchesNoMoreThanItMeans() throws IOException {
        assertThat(matches(BROAD_CATCH, "main").stream().filter(place -> !CATCH_EVERYTHING.containsKey(place.substring(0, place.lastIndexOf(':'))))).isEmpty();
    }

    @Test
    void noFileIsTooLong() throws IOException {
        List<String> tooLong = new ArrayList<>();
        for (Path source : sources) {
            long lines = Files.readString(source).lines().count();
            if (lines > LONGEST_FILE) {
                tooLong.add(ROOT.relativize(source) + ": " + lines + " lines");
            }
        }
        assertThat(tooLong).as("files above " + LONGEST_FILE + " lines").isEmpty();
    }

    private static String module(JavaClass type) {
        return type.getPackageName().split("\\.")[1];
    }

    private static List<String> matches(Pattern pattern, String set) throws IOException {
        List<String> places = new ArrayList<>();
        for (Path source : sources) {
            String name = ROOT.relativize(source).toString().replace('\\', '/');
            String text = Files.readString(source);
            var matcher = pattern.matcher(text);
            while (name.contains("/src/" + set + "/") && matcher.find()) {
                places.add(name + ":" + (text.substring(0, matcher.start()).lines().count() + 1));
            }
        }
        return places;
    }
}
