package io.llmcluster.patterns.workflow;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.llmcluster.patterns.program.Budget;
import io.llmcluster.patterns.program.Estimate;
import org.jspecify.annotations.Nullable;

/**
 * What a workflow began with.
 *
 * @param pattern the program's name
 * @param version the program's version, which it keeps
 * @param hash of the program's prompts and schemas at that time
 * @param requestHash of the request as the client sent it: the same key with another request is
 *     refused
 * @param tenant whose it is
 * @param estimate told before it began
 * @param budget what it may cost
 * @param createdAt ms since 1970
 * @param parent the workflow that it was forked from; empty: none
 * @param parentSequenceNr up to which event it has the parent's history; 0: none
 * @param said what of the request the client said itself, see {@link
 *     io.llmcluster.patterns.request.RequestChange#said}; null in payloads of earlier versions, and
 *     of what was forked from these
 */
public record Definition(
    String pattern,
    int version,
    String hash,
    String requestHash,
    String tenant,
    Estimate estimate,
    Budget budget,
    long createdAt,
    String parent,
    long parentSequenceNr,
    @Nullable ObjectNode said) {

  Definition with(Budget other) {
    return new Definition(
        pattern,
        version,
        hash,
        requestHash,
        tenant,
        estimate,
        other,
        createdAt,
        parent,
        parentSequenceNr,
        said);
  }
}
