import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fillOnce } from './download.ts';
import { runCommand } from './run-command.ts';

const version = '4.1.0';

const pom = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>local</groupId><artifactId>kafka</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>${version}</version></dependency>
    <dependency>
      <groupId>org.apache.kafka</groupId><artifactId>kafka-tools</artifactId><version>${version}</version>
      <exclusions>
        <exclusion><groupId>org.apache.kafka</groupId><artifactId>connect-runtime</artifactId></exclusion>
        <exclusion><groupId>org.apache.kafka</groupId><artifactId>connect-transforms</artifactId></exclusion>
      </exclusions>
    </dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-simple</artifactId><version>1.7.36</version></dependency>
  </dependencies>
</project>
`;

/** Returns the directory of the jars of the broker and its console tools. */
export function kafkaJars(downloads: string): string {
  return join(downloads, `kafka-${version}`);
}

/** Downloads the jars of the broker from Maven Central once. */
export function downloadKafka(downloads: string, signal?: AbortSignal): Promise<boolean> {
  return fillOnce(kafkaJars(downloads), async (directory) => {
    const file = join(directory, 'pom.xml');
    await writeFile(file, pom);
    const goal = ['dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${directory}`];
    await runCommand('mvn', ['-q', '-B', '-f', file, ...goal], { signal });
    await rm(file);
  });
}
