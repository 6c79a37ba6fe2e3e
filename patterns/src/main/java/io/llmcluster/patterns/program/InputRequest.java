package io.llmcluster.patterns.program;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * Something that only a person can say.
 *
 * @param id unique in its run, for example {@code plan}
 * @param question what is asked, for the person
 * @param proposal what would be taken without a change, for example the plan to approve
 */
public record InputRequest(String id, String question, JsonNode proposal) {}
