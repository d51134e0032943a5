import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Stack } from '../../../local/start-stack.ts';
import { supervise, type SupervisedProgram } from '../../../local/supervise.ts';
import { runCommand } from '../../clients/run-command.ts';
import { freePort } from '../free-port.ts';

export type Nginx = SupervisedProgram & { readonly url: string };

/** nginx in front of the replicas, as the edge of compose has it. Undefined where there is no nginx on this machine. */
export async function startNginx(
  { paths }: Stack,
  replicas: readonly { readonly url: string }[],
  print: (line: string) => void,
): Promise<Nginx | undefined> {
  const found = await runCommand(['nginx', '-v']).then(
    () => true,
    () => false,
  );
  if (!found) return undefined;
  const port = await freePort();
  const home = join(paths.run, 'nginx');
  mkdirSync(home, { recursive: true });
  const file = join(home, 'nginx.conf');
  writeFileSync(file, configuration(home, port, replicas));
  const program = supervise(
    {
      name: 'nginx',
      command: 'nginx',
      args: ['-c', file, '-p', home, '-g', 'daemon off;'],
      isReady: async () => (await fetch(`http://127.0.0.1:${port}/live`)).ok,
    },
    { run: paths.run, logs: paths.logs, report: print },
  );
  await program.start();
  return { ...program, url: `http://127.0.0.1:${port}` };
}

function configuration(home: string, port: number, replicas: readonly { readonly url: string }[]): string {
  const servers = replicas.map(({ url }) => `server ${new URL(url).host} max_fails=0;`).join(' ');
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${join(home, name)};`)
    .join(' ');
  return `worker_processes 1;
pid ${join(home, 'nginx.pid')};
error_log stderr emerg;
events { worker_connections 8192; }
http {
  access_log off;
  ${temporary}
  upstream gateways { ${servers} }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://gateways;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_buffering off;
      proxy_connect_timeout 3s;
      proxy_read_timeout 75s;
    }
  }
}
`;
}
