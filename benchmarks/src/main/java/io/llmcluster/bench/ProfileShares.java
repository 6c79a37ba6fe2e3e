package io.llmcluster.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;

/**
 * Tells where a member's time goes: each sample of a recording of the JDK Flight Recorder counts
 * for the innermost method that belongs to one of these kinds.
 *
 * <p>Argument: the recording.
 */
public final class ProfileShares {

  private static final Map<String, Pattern> KINDS = kinds();

  private ProfileShares() {}

  private static Map<String, Pattern> kinds() {
    Map<String, Pattern> kinds = new LinkedHashMap<>(); // the first that fits
    kinds.put("sockets: read, write", Pattern.compile("sun.nio.ch.(Socket|IOUtil).*"));
    kinds.put("selector: interest, wake-up", Pattern.compile("sun.nio.ch.*|.*SelectionHandler.*"));
    kinds.put("our own code", Pattern.compile("io.llmcluster.*"));
    kinds.put(
        "streams: their beginning",
        Pattern.compile(".*([Mm]aterializ|TraversalBuilder|tryInit|GraphDSL|HttpExt).*"));
    kinds.put("HTTP: parse, render", Pattern.compile("org.apache.pekko.http.*"));
    kinds.put("Pekko's TCP actors", Pattern.compile("org.apache.pekko.io.*"));
    kinds.put("streams: their stages", Pattern.compile("org.apache.pekko.stream.*"));
    kinds.put(
        "actors: mailboxes, dispatcher",
        Pattern.compile("org.apache.pekko.(actor|dispatch).*|java.util.concurrent.*"));
    return kinds;
  }

  public static void main(String[] args) throws IOException {
    Map<String, Integer> counts = new LinkedHashMap<>();
    int all = 0;
    try (RecordingFile recording = new RecordingFile(Path.of(args[0]))) {
      while (recording.hasMoreEvents()) {
        RecordedEvent event = recording.readEvent();
        String type = event.getEventType().getName();
        boolean sample =
            type.equals("jdk.ExecutionSample") || type.equals("jdk.NativeMethodSample");
        if (sample && event.getStackTrace() != null) {
          List<RecordedFrame> frames = event.getStackTrace().getFrames();
          if (!idles(type, frames)) {
            all++;
            counts.merge(kind(frames).orElse("other"), 1, Integer::sum);
          }
        }
      }
    }
    int total = all;
    System.out.printf("%s: %d samples of threads that were not waiting%n", args[0], total);
    counts.entrySet().stream()
        .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
        .forEach(
            entry ->
                System.out.printf(
                    Locale.ROOT,
                    "| %s | %.0f %% |%n",
                    entry.getKey(),
                    100.0 * entry.getValue() / total));
  }

  /** A native method is sampled while it waits, too; only sockets do not. */
  private static boolean idles(String type, List<RecordedFrame> frames) {
    return type.equals("jdk.NativeMethodSample")
        && !name(frames.get(0)).startsWith("sun.nio.ch.Socket")
        && !name(frames.get(0)).startsWith("sun.nio.ch.EventFD");
  }

  private static Optional<String> kind(List<RecordedFrame> frames) {
    return frames.stream()
        .map(ProfileShares::name)
        .flatMap(
            method ->
                KINDS.entrySet().stream()
                    .filter(kind -> kind.getValue().matcher(method).matches())
                    .map(Map.Entry::getKey)
                    .limit(1))
        .findFirst();
  }

  private static String name(RecordedFrame frame) {
    return frame.getMethod().getType().getName() + "." + frame.getMethod().getName();
  }
}
