package embedrl.models.peft;

import embedrl.models.checkpoint.ConfigFile;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which of the layers that an adapter's targets name are adapted after all: layers_to_transform, layers_pattern and exclude_modules.
 *
 * @param numbers         numbers of decoder layers; empty for all
 * @param lists           patterns for the name of the list of layers that is numbered; empty for any
 * @param excluded        names of layers, or their last parts, that are left out
 * @param excludedPattern a regular expression for whole names instead, or null
 */
record LayerSelection(List<Integer> numbers, List<String> lists, List<String> excluded, String excludedPattern) {
    static final LayerSelection ALL = new LayerSelection(List.of(), List.of(), List.of(), null);

    static LayerSelection of(ConfigFile file) {
        List<String> lists = file.isText("layers_pattern") ? List.of(file.text("layers_pattern")) : file.texts("layers_pattern");
        for (String list : lists) NamePattern.check(file, "layers_pattern", list);
        boolean isPattern = file.isText("exclude_modules");
        if (isPattern) NamePattern.check(file, "exclude_modules", file.text("exclude_modules"));
        return new LayerSelection(file.integers("layers_to_transform"), lists.stream().filter(list -> !list.isEmpty()).toList(),
                isPattern ? List.of() : file.texts("exclude_modules"), isPattern ? file.text("exclude_modules") : null);
    }

    boolean excludes(String layer) {
        return excludedPattern == null ? excluded.stream().anyMatch(name -> PeftConfig.isPart(layer, name)) : Pattern.matches(excludedPattern, layer);
    }

    /** Whether the layer's number is among the wanted ones; a layer without a number is not, where numbers are wanted. */
    boolean includes(String layer) {
        if (numbers.isEmpty()) return true;
        if (lists.isEmpty()) return isWanted(".*?\\.[^.]*", layer) == Boolean.TRUE;
        for (String list : lists) {
            Boolean wanted = isWanted("(?:^|.*?\\.)(?:" + list + ")", layer);
            if (wanted != null) return wanted;
        }
        return false;
    }

    /** Whether the number behind the beginning of a layer's name is wanted; null where the name does not begin so. */
    private Boolean isWanted(String beginning, String layer) {
        Matcher number = Pattern.compile(beginning + "\\.(?<index>\\d{1,9})\\.").matcher(layer);
        return number.lookingAt() ? numbers.contains(Integer.parseInt(number.group("index"))) : null;
    }
}
