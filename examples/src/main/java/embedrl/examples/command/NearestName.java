package embedrl.examples.command;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** Finds the option or command that a user probably meant. */
final class NearestName {
    /** Share of a name's letters that may be wrong for it to be suggested. */
    private static final double WORST_SHARE = 0.5;

    private NearestName() {
    }

    /** One line about an argument that nothing takes, with the nearest option or command where one is near. */
    static String message(String wrong, CommandSpec command) {
        boolean option = wrong.startsWith("-");
        String name = option && wrong.contains("=") ? wrong.substring(0, wrong.indexOf('=')) : wrong;
        List<String> known = new ArrayList<>();
        if (option) {
            command.options().stream().filter(candidate -> !candidate.hidden()).map(OptionSpec::longestName).forEach(known::add);
        } else {
            known.addAll(command.subcommands().keySet());
        }
        String what = option ? "option" : known.isEmpty() ? "argument" : "command";
        String hint = nearest(name, known).map(near -> "; did you mean " + near + "?").orElse("");
        return "unknown " + what + " '" + name + "'" + hint;
    }

    /** The name with the fewest changed letters, if it is near enough to be meant. */
    static Optional<String> nearest(String wrong, List<String> known) {
        return known.stream()
                .filter(name -> distance(wrong, name) <= WORST_SHARE * bare(name))
                .min(Comparator.comparingInt((String name) -> distance(wrong, name)).thenComparing(Comparator.naturalOrder()));
    }

    private static int bare(String name) {
        return name.replaceFirst("^--?", "").length();
    }

    /** Letters to insert, remove, replace or swap with their neighbor (optimal string alignment). */
    static int distance(String a, String b) {
        int[][] cost = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    cost[i][j] = i + j;
                    continue;
                }
                int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                cost[i][j] = Math.min(cost[i - 1][j - 1] + change, 1 + Math.min(cost[i - 1][j], cost[i][j - 1]));
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    cost[i][j] = Math.min(cost[i][j], cost[i - 2][j - 2] + 1);
                }
            }
        }
        return cost[a.length()][b.length()];
    }
}
