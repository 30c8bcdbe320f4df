import { devNull } from 'node:os';

/** The credentials of everything local. They open nothing else. */
export const localAccessKeyId = 'local';
export const localSecretKey = 'local';

/** What gives an AWS SDK these credentials, and keeps it off this machine's own profiles and metadata service. */
export const localCredentials = {
  AWS_ACCESS_KEY_ID: localAccessKeyId,
  AWS_SECRET_ACCESS_KEY: localSecretKey,
  AWS_REGION: 'us-east-1',
  AWS_DEFAULT_REGION: 'us-east-1',
  AWS_CONFIG_FILE: devNull,
  AWS_SHARED_CREDENTIALS_FILE: devNull,
  AWS_EC2_METADATA_DISABLED: 'true',
};
