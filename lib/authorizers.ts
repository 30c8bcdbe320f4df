import { Duration } from 'aws-cdk-lib';
import { IdentitySource, RequestAuthorizer } from 'aws-cdk-lib/aws-apigateway';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';

/**
 * Two authorizers of the REST API with the same function. One asks for the header, and keeps what it was told for a
 * minute: as long as a revoked key may still work. The other also sees a token in the query; an authorizer with
 * identity sources would refuse unless all of them were there, so it has none, and without one nothing can be kept.
 */
export class Authorizers extends Construct {
  readonly header: RequestAuthorizer;
  readonly query: RequestAuthorizer;

  constructor(scope: Construct, id: string, { authorize }: { authorize: IFunction }) {
    super(scope, id);
    this.header = new RequestAuthorizer(this, 'Header', {
      handler: authorize,
      identitySources: [IdentitySource.header('Authorization')],
      resultsCacheTtl: Duration.seconds(60),
    });
    this.query = new RequestAuthorizer(this, 'Query', {
      handler: authorize,
      identitySources: [],
      resultsCacheTtl: Duration.seconds(0),
    });
  }
}
