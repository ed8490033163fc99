// How the lake's CSV files are read, for tables and partitions. Uses neither Pulumi nor the SDK, because the transformer's
// callback captures it.

/** A storage descriptor over CSV files with a header line. The names are Pulumi's; Glue's begin with a capital. */
export function csvDescriptor<Location>(location: Location, columns: readonly string[]) {
  return {
    location,
    inputFormat: "org.apache.hadoop.mapred.TextInputFormat",
    outputFormat: "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
    columns: columns.map((name) => ({ name, type: "string" })),
    serDeInfo: {
      // Classifiers spell it OpenCSVSerDe.
      serializationLibrary: "org.apache.hadoop.hive.serde2.OpenCSVSerde",
      parameters: { separatorChar: ",", quoteChar: '"', escapeChar: "\\" },
    },
  };
}
